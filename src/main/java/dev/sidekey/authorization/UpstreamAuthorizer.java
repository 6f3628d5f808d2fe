package dev.sidekey.authorization;

import dev.sidekey.authorization.Authorization.Granted;
import dev.sidekey.authorization.Authorization.PassOn;
import dev.sidekey.config.StepUpConfig;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.Challenge;
import dev.sidekey.oauth.Scopes;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The seam's one implementation: answers from memory what it can, and has the rest done once by a
 * flow that everybody joins.
 */
final class UpstreamAuthorizer implements Authorizer {
    private static final Held NOTHING = new Held.Nothing();
    private static final Held EXPIRED = new Held.Expired();
    private static final Authorization PASS_ON = new PassOn();
    private static final Authorization FORGOTTEN = new Authorization.Forgotten();

    /** Stands for the end of the wait; no flow ends so. */
    private static final Authorization WAITED = FORGOTTEN;

    private final HeldCredentials held;
    private final Refreshes refreshes;
    private final InFlight flights = new InFlight();
    private final FlightRunner runner;
    private final StepUps stepUps;
    private final Setbacks setbacks;
    private final StaticCredentials statics;
    private final Clock clock;
    private final Duration loginWait;

    /**
     * @param loginWait how long a call is held while a person logs in
     */
    UpstreamAuthorizer(
            Kept kept,
            StaticCredentials statics,
            Refreshes refreshes,
            FlightRunner runner,
            Duration loginWait) {
        this.held = kept.held();
        this.stepUps = kept.stepUps();
        this.setbacks = kept.setbacks();
        this.clock = kept.clock();
        this.statics = statics;
        this.refreshes = refreshes;
        this.runner = runner;
        this.loginWait = loginWait;
    }

    @Override
    public boolean concerns(Call call) {
        return UrlPrefix.covers(call.upstream().prefix(), call.url())
                || held.covers(Slot.of(call), call.url());
    }

    @Override
    public Held held(Call call) {
        if (call.upstream().isStatic()) {
            return statics.held(call.upstream());
        }
        var credential = held.best(Slot.of(call), call.url());
        if (credential == null || !DpopRule.allows(call.upstream(), credential)) {
            return NOTHING;
        }
        var now = clock.millis();
        if (!credential.isStale(now)) {
            return credential.usable();
        }
        if (credential.isExpired(now)) {
            return EXPIRED;
        }
        if (credential.mayRefresh(now)) {
            var _ = refreshes.start(call.upstream(), credential, Refreshes.Cause.STALE);
        }
        return credential.usable();
    }

    @Override
    public CompletableFuture<Authorization> renew(Call call) {
        if (call.upstream().isStatic()) {
            return statics.read(call.upstream());
        }
        var credential = held.best(Slot.of(call), call.url());
        if (credential == null) {
            return CompletableFuture.completedFuture(FORGOTTEN);
        }
        if (!credential.isExpired(clock.millis())) {
            return CompletableFuture.completedFuture(new Granted(credential));
        }
        var setback = setbacks.of(Slot.of(call));
        if (setback != null) {
            return CompletableFuture.completedFuture(setback);
        }
        return refreshes
                .start(call.upstream(), credential, Refreshes.Cause.EXPIRED)
                .thenApply(refreshed ->
                        switch (refreshed) {
                            case Refreshes.Renewed renewed -> new Granted(renewed.credential());
                            case Refreshes.NotNow notNow -> notNow.denied();
                            case Refreshes.Gone _ -> FORGOTTEN;
                        });
    }

    @Override
    public CompletableFuture<Authorization> authorize(
            Call call, Refusal refusal, @Nullable BearerCredential presented) {
        if (call.upstream().isStatic()) {
            return statics.afterRefusal(call.upstream(), refusal, presented);
        }
        var shown = (HeldCredential) presented;
        return switch (refusal) {
            case Refusal.NotOurs _ -> CompletableFuture.completedFuture(PASS_ON);
            case Refusal.Unauthorized unauthorized -> {
                var scopes = scopesOf(unauthorized.challenge());
                yield fly(new Cause(call, unauthorized.challenge(), scopes, false, shown));
            }
            case Refusal.InsufficientScope missing -> {
                var scopes = missing.challenge().scope();
                yield isWorthAsking(call, missing.challenge(), scopes, shown)
                        ? fly(new Cause(call, missing.challenge(), scopes, true, shown))
                        : CompletableFuture.completedFuture(PASS_ON);
            }
        };
    }

    private static Scopes scopesOf(@Nullable Challenge challenge) {
        return challenge == null ? Scopes.none() : challenge.scope();
    }

    /** Whether a step-up may help and is allowed (T6, U1 to U5). */
    private boolean isWorthAsking(
            Call call, Challenge challenge, Scopes missing, @Nullable HeldCredential shown) {
        UpstreamConfig upstream = call.upstream();
        var rule = upstream.stepUp();
        var denied = missing.without(rule.deny()).tokens().size() < missing.tokens().size();
        if (rule.policy() == StepUpConfig.Policy.NEVER || upstream.scopes() != null || denied) {
            return false;
        }
        var granted = shown != null && shown.credential().covers(missing);
        if (granted && challenge.error() == null) {
            return false;
        }
        // the first authorization is one of max-attempts; granted once and still refused is enough
        var limit = granted ? 1 : rule.maxAttempts() - 1;
        return stepUps.attempts(Slot.of(call), missing) < limit;
    }

    private CompletableFuture<Authorization> fly(Cause cause) {
        var slot = Slot.of(cause.call());
        var current = held.best(slot, cause.call().url());
        if (current != null && current != cause.shown() && serves(current, cause)) {
            return CompletableFuture.completedFuture(new Granted(current));
        }
        var setback = cause.stepUp() ? null : setbacks.of(slot);
        if (setback != null) {
            return CompletableFuture.completedFuture(setback);
        }
        var flight =
                flights.joinOrBegin(
                        slot, cause.wanted(), begun -> runner.start(begun, slot, cause));
        if (!flight.join(cause.wanted())) {
            // it chose its scopes without these: wait, then see whether another is needed
            return flight.outcome().thenCompose(_ -> fly(cause));
        }
        return bounded(flight);
    }

    private boolean serves(HeldCredential current, Cause cause) {
        return !current.isExpired(clock.millis())
                && DpopRule.allows(cause.call().upstream(), current)
                && current.credential().covers(cause.missing());
    }

    /** Waits as long as a call is held; longer only while no person is asked. */
    private CompletableFuture<Authorization> bounded(Flight flight) {
        var waiter =
                flight.outcome()
                        .copy()
                        .completeOnTimeout(WAITED, loginWait.toMillis(), TimeUnit.MILLISECONDS);
        return waiter.thenCompose(result -> {
            if (!result.equals(WAITED)) {
                return CompletableFuture.completedFuture(result);
            }
            CompletableFuture<Authorization> link = flight.link().thenApply(login -> login);
            return flight.outcome().applyToEither(link, either -> either);
        });
    }

    /**
     * Why a flow begins.
     *
     * @param call the refused request
     * @param challenge what the upstream said, or null
     * @param wanted scopes that the flow must at least ask for
     * @param stepUp whether a wider grant is needed
     * @param shown the refused credential, or null
     */
    record Cause(
            Call call,
            @Nullable Challenge challenge,
            Scopes wanted,
            boolean stepUp,
            @Nullable HeldCredential shown) {

        /**
         * Scopes that a credential must have been granted to be worth a try; a 401's are a wish.
         */
        Scopes missing() {
            return stepUp ? wanted : Scopes.none();
        }
    }
}
