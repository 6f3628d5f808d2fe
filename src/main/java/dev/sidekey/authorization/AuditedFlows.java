package dev.sidekey.authorization;

import dev.sidekey.authorization.AuthorizationState.Authorized;
import dev.sidekey.authorization.AuthorizationState.Failed;
import dev.sidekey.telemetry.Audit;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Tells the audit how each authorization ended, and what was granted. */
final class AuditedFlows implements FlowObserver {
    private final Audit audit;
    private final Clock clock;

    AuditedFlows(Audit audit, Clock clock) {
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public void entered(Demand demand, AuthorizationState state) {
        switch (state) {
            case Authorized authorized -> add(demand, "granted", authorized.credential().used());
            case Failed failed -> add(demand, failed.denied().reason(), null);
            default -> {
                // on the way
            }
        }
    }

    private void add(Demand demand, String decision, Audit.@Nullable Used used) {
        var agent = demand.call().principal().name();
        var upstream = demand.upstream().name();
        audit.add(new Audit.Line(clock.instant(), agent, upstream, "authorize", decision, used, 0));
    }
}
