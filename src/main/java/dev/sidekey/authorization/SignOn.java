package dev.sidekey.authorization;

import dev.sidekey.authorization.Authorization.Denied;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.grant.Grants;
import dev.sidekey.grant.Means;
import dev.sidekey.grant.UnattendedGrant;
import dev.sidekey.oauth.Secret;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of people at identity providers. One login there serves every upstream of its
 * account: grants exchange its ID token (M5). It is a credential like any other, stored, renewed
 * and ended by the same means; only that no upstream is ever shown it.
 */
final class SignOn {
    private final HeldCredentials held;
    private final Refreshes refreshes;
    private final Means means;
    private final Clock clock;

    /**
     * @param refreshes renew sessions
     * @param means of grants that need no person
     */
    SignOn(HeldCredentials held, Refreshes refreshes, Means means, Clock clock) {
        this.held = held;
        this.refreshes = refreshes;
        this.means = means;
        this.clock = clock;
    }

    /** What a grant can ask with. */
    sealed interface Standing {}

    /**
     * Everything is there.
     *
     * @param session whose ID token it holds; null where nobody has to sign on
     */
    record SignedOn(Means means, @Nullable HeldCredential session) implements Standing {

        /** The identity provider took the ID token. */
        void accepted() {
            if (session != null) {
                session.accepted();
            }
        }

        /** Whether a newer ID token may help: not one that a person has just brought (U5). */
        boolean mayGetBetter() {
            return session != null
                    && (session.origin() != HeldCredential.Origin.REQUESTED
                            || session.wasAccepted());
        }
    }

    /**
     * A person has to sign on, unless the session can be renewed.
     *
     * @param ended the session that is over; null when there is none
     */
    record SignedOff(UpstreamConfig provider, @Nullable HeldCredential ended) implements Standing {}

    /** The identity provider cannot be asked now. */
    record NotNow(Denied denied) implements Standing {}

    /** What is there now. Nothing is sent. */
    Standing of(UpstreamConfig upstream, UnattendedGrant grant, String account) {
        var provider = grant.exchangesIdentity() ? Grants.signOn(upstream) : null;
        if (provider == null) {
            return new SignedOn(means, null);
        }
        var session = session(provider, account);
        return session == null || session.isExpired(clock.millis())
                ? new SignedOff(provider, session)
                : signedOn(session);
    }

    /** The same after a session that is over was renewed, without a person. Blocks. */
    Standing renewed(UpstreamConfig upstream, UnattendedGrant grant, String account) {
        var standing = of(upstream, grant, account);
        if (!(standing instanceof SignedOff(var provider, var ended))
                || ended == null
                || !ended.isRefreshable()) {
            return standing;
        }
        return switch (refreshes.start(provider, ended, Refreshes.Cause.EXPIRED).join()) {
            case Refreshes.Renewed renewed -> signedOn(renewed.credential());
            case Refreshes.NotNow notNow -> new NotNow(notNow.denied());
            case Refreshes.Gone _ -> new SignedOff(provider, null);
        };
    }

    private SignedOn signedOn(HeldCredential session) {
        Secret idToken = session.credential().accessToken();
        return new SignedOn(means.withIdToken(idToken), session);
    }

    /** Two upstreams may be two clients of one identity provider. */
    private @Nullable HeldCredential session(UpstreamConfig provider, String account) {
        var slot = new Slot(account, provider.url().toString());
        for (var one : held.all(slot)) {
            var credential = one.credential();
            if (credential.grant().equals(provider.grant())
                    && credential.key().issuer().equals(provider.client().issuer())
                    && credential.key().clientId().equals(provider.client().id())) {
                return one;
            }
        }
        return null;
    }
}
