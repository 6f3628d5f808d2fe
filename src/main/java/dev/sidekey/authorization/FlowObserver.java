package dev.sidekey.authorization;

/** Sees each state that a flow enters: the only place that logs and counts flows. */
@FunctionalInterface
interface FlowObserver {

    /** Called on the flow's virtual thread, before the state's step runs. Must not fail. */
    void entered(Demand demand, AuthorizationState state);
}
