package dev.sidekey.authorization;

import dev.sidekey.authorization.AuthorizationState.Authorized;
import dev.sidekey.authorization.AuthorizationState.Failed;
import dev.sidekey.telemetry.AuthorizationMeters;
import java.util.Objects;

/** Counts flows by how they end. */
final class MeteredFlows implements FlowObserver {
    private final AuthorizationMeters meters;

    MeteredFlows(AuthorizationMeters meters) {
        this.meters = meters;
    }

    @Override
    public void entered(Demand demand, AuthorizationState state) {
        switch (state) {
            case Authorized authorized ->
                    ended(demand, authorized.credential().credential().grant(), true);
            case Failed _ -> {
                var grant = demand.upstream().grant();
                ended(demand, Objects.requireNonNullElse(grant, "undecided"), false);
            }
            default -> {
                // on the way
            }
        }
    }

    private void ended(Demand demand, String grant, boolean granted) {
        var upstream = demand.upstream().name();
        meters.flow(upstream, grant, granted);
        if (demand.stepUp()) {
            meters.stepUp(upstream, granted);
        }
    }
}
