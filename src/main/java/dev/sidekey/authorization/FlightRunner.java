package dev.sidekey.authorization;

import dev.sidekey.authorization.AuthorizationState.Failed;
import dev.sidekey.authorization.AuthorizationState.SignOnNeeded;
import dev.sidekey.credential.CredentialKey;
import dev.sidekey.credential.StoreException;
import dev.sidekey.credential.Vault;
import dev.sidekey.grant.Grants;
import dev.sidekey.oauth.Scopes;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a flight to its end on a virtual thread: waits for this process's turn, looks whether
 * another process was faster (E15), and only then walks the flow.
 */
final class FlightRunner {
    private static final Logger LOG = LoggerFactory.getLogger(FlightRunner.class);
    private static final long LOOK_EVERY_MILLIS = 500;

    /** An ID token that is refused may be too old: a newer one, then a new session. */
    private static final int MOST_SIGN_ONS = 2;

    private final AuthorizationFlow flow;
    private final Vault vault;
    private final StoreNews news;
    private final HeldCredentials held;
    private final StepUps stepUps;
    private final Clock clock;
    private final Logins logins;
    private final Executor virtualThreads;
    private final Duration patience;

    /**
     * @param patience how long another process may have the turn: as long as a login stays open
     */
    FlightRunner(
            AuthorizationFlow flow,
            Kept kept,
            Logins logins,
            Executor virtualThreads,
            Duration patience) {
        this.flow = flow;
        this.vault = kept.vault();
        this.news = kept.news();
        this.held = kept.held();
        this.stepUps = kept.stepUps();
        this.clock = kept.clock();
        this.logins = logins;
        this.virtualThreads = virtualThreads;
        this.patience = patience;
    }

    /** Starts and returns at once. */
    void start(Flight flight, Slot slot, UpstreamAuthorizer.Cause cause) {
        virtualThreads.execute(() -> {
            Authorization outcome = Denials.broken();
            try {
                outcome = run(flight, slot, cause, null);
            } catch (StoreException e) {
                LOG.error("the credential store failed", e);
                outcome = Denials.storeFailed(String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                LOG.error("an authorization flow failed unexpectedly", e);
            } finally {
                flight.outcome().complete(outcome);
            }
        });
    }

    private Authorization run(
            Flight flight, Slot slot, UpstreamAuthorizer.Cause cause, @Nullable Turn outer) {
        var giveUp = System.nanoTime() + patience.toNanos();
        while (true) {
            var newer = newerThan(slot, cause);
            if (newer != null) {
                return new Authorization.Granted(newer);
            }
            var lease = vault.acquire(Turn.nameOf(slot), Turn.TTL);
            if (lease != null) {
                try (var turn = new Turn(vault, lease, outer)) {
                    // before the last look for a newer one, so that none comes between the two
                    var known = known(slot);
                    return run(
                            new Demand(
                                    cause.call(),
                                    slot,
                                    cause.challenge(),
                                    cause.stepUp(),
                                    cause.shown(),
                                    flight,
                                    turn,
                                    known),
                            cause);
                }
            }
            var open = logins.openFor(slot);
            if (open != null) {
                flight.link().complete(logins.invitation(open));
            }
            if (System.nanoTime() > giveUp) {
                return Denials.storeFailed("another process has been authorizing for too long");
            }
            if (outer != null) {
                outer.keep();
            }
            news.await(LOOK_EVERY_MILLIS);
        }
    }

    private Authorization run(Demand demand, UpstreamAuthorizer.Cause cause) {
        // once more: the turn may have come because another process has just finished
        var newer = newerThan(demand.slot(), cause);
        if (newer != null) {
            return new Authorization.Granted(newer);
        }
        if (cause.stepUp()) {
            stepUps.attempt(demand.slot(), cause.wanted());
        }
        var settled = flow.run(demand);
        for (int i = 0; i < MOST_SIGN_ONS && settled instanceof SignOnNeeded needed; i++) {
            settled = flow.run(demand, afterSignOn(demand, needed));
        }
        return settled.authorization();
    }

    /**
     * The session at an identity provider is renewed, or a person signs on: once for all flows and
     * processes that need it, by a flow of its own. Where this one goes on from.
     */
    private AuthorizationState afterSignOn(Demand demand, SignOnNeeded needed) {
        var provider = needed.provider();
        var principal = demand.call().principal();
        var call = new Call(provider, principal, "GET", provider.url().toString());
        var flight = new Flight(Scopes.none());
        var _ = flight.link().thenAccept(link -> demand.flight().link().complete(link));
        var cause = new UpstreamAuthorizer.Cause(call, null, Scopes.none(), false, needed.ended());
        return switch (run(flight, Slot.of(call), cause, demand.turn())) {
            case Authorization.Granted _ -> needed.state();
            case Authorization.Denied denied -> new Failed(denied);
            default -> new Failed(Denials.broken());
        };
    }

    private Map<CredentialKey, Long> known(Slot slot) {
        var known = new HashMap<CredentialKey, Long>();
        for (var stored : vault.credentials(slot.account(), slot.upstreamUrl())) {
            known.put(stored.value().key(), stored.version());
        }
        return known;
    }

    /** A credential in the store that is worth a try in place of the refused one (E15). */
    private @Nullable HeldCredential newerThan(Slot slot, UpstreamAuthorizer.Cause cause) {
        var shown = cause.shown();
        for (var stored : vault.credentials(slot.account(), slot.upstreamUrl())) {
            var credential = stored.value();
            var known =
                    shown != null
                            && shown.credential().key().equals(credential.key())
                            && stored.version() <= shown.version();
            var ends = credential.expiresAt();
            var alive = ends == null || clock.instant().isBefore(ends);
            if (!known
                    && alive
                    && Grants.fits(cause.call().upstream(), credential.grant())
                    && credential.covers(cause.missing())
                    && (shown == null
                            || credential.issuedAt().isAfter(shown.credential().issuedAt()))) {
                var newer = held.adopt(stored);
                if (DpopRule.allows(cause.call().upstream(), newer)) {
                    return newer;
                }
            }
        }
        return null;
    }
}
