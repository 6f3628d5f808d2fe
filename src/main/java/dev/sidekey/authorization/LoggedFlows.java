package dev.sidekey.authorization;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sidekey.authorization.AuthorizationState.Authorized;
import dev.sidekey.authorization.AuthorizationState.Challenged;
import dev.sidekey.authorization.AuthorizationState.Failed;
import java.time.Clock;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One INFO line a settled authorization, and the last problem of each slot. Never a secret. */
final class LoggedFlows implements FlowObserver {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedFlows.class);

    /** Intercepted hosts bring as many upstreams as they have URLs. */
    private static final int BOUND = 10_000;

    private final Clock clock;
    private final ConcurrentMap<Flight, Long> began = new ConcurrentHashMap<>();
    private final Cache<Slot, Authorization.Denied> problems =
            Caffeine.newBuilder().maximumSize(BOUND).build();

    LoggedFlows(Clock clock) {
        this.clock = clock;
    }

    /** Why the slot's last flow failed; null when it did not. */
    Authorization.@Nullable Denied problem(Slot slot) {
        return problems.getIfPresent(slot);
    }

    @Override
    public void entered(Demand demand, AuthorizationState state) {
        switch (state) {
            case Challenged _ -> began.put(demand.flight(), clock.millis());
            case Authorized authorized -> authorized(demand, authorized.credential());
            case Failed failed -> failed(demand, failed.denied());
            default ->
                    LOG.debug("{}: {}", demand.upstream().name(), state.getClass().getSimpleName());
        }
    }

    private void authorized(Demand demand, HeldCredential held) {
        var credential = held.credential();
        problems.invalidate(demand.slot());
        LOG.atInfo()
                .addKeyValue("upstream", demand.upstream().name())
                .addKeyValue("agent", demand.call().principal().name())
                .addKeyValue("issuer", credential.key().issuer())
                .addKeyValue("grant", credential.grant())
                .addKeyValue("scopes_requested", credential.scopes().requested())
                .addKeyValue("scopes_granted", credential.scopes().granted())
                .addKeyValue("duration_ms", duration(demand))
                .log("authorized");
    }

    private void failed(Demand demand, Authorization.Denied denied) {
        problems.put(demand.slot(), denied);
        LOG.atWarn()
                .addKeyValue("upstream", demand.upstream().name())
                .addKeyValue("agent", demand.call().principal().name())
                .addKeyValue("reason", denied.reason())
                .addKeyValue("duration_ms", duration(demand))
                .addKeyValue("remedy", denied.remedy())
                .addKeyValue("problem", denied.message())
                .log("not authorized");
    }

    private long duration(Demand demand) {
        var start = began.remove(demand.flight());
        return start == null ? 0 : clock.millis() - start;
    }
}
