package dev.sidekey.authorization;

/** Sees each state that a flow enters: the only place that logs and counts flows. */
@FunctionalInterface
interface FlowObserver {

    /** Called on the flow's virtual thread, before the state's step runs. Must not fail. */
    void entered(Demand demand, AuthorizationState state);

    /** Both see each state, this one first. */
    default FlowObserver and(FlowObserver other) {
        return (demand, state) -> {
            entered(demand, state);
            other.entered(demand, state);
        };
    }
}
