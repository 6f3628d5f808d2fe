package dev.sidekey.authorization;

import dev.sidekey.authorization.Refreshes.Gone;
import dev.sidekey.authorization.Refreshes.NotNow;
import dev.sidekey.authorization.Refreshes.Refreshed;
import dev.sidekey.authorization.Refreshes.Renewed;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.config.UpstreamConfig.RefreshScope;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.Lease;
import dev.sidekey.credential.Vault;
import dev.sidekey.credential.Versioned;
import dev.sidekey.grant.RefreshToken;
import dev.sidekey.grant.TokenRequest;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.OAuthError;
import dev.sidekey.oauth.OAuthFailure;
import dev.sidekey.oauth.TokenReply;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews a credential by its refresh token, once among all processes: lease, re-read, ask, store,
 * and only then use (E10, E14). Everything it needs was stored with the credential (E13).
 */
final class RefreshCredential {
    private static final Logger LOG = LoggerFactory.getLogger(RefreshCredential.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

    private final Vault vault;
    private final HeldCredentials held;
    private final RefreshToken grant;
    private final Leases leases;
    private final Clock clock;

    RefreshCredential(
            Vault vault, HeldCredentials held, RefreshToken grant, Leases leases, Clock clock) {
        this.vault = vault;
        this.held = held;
        this.grant = grant;
        this.leases = leases;
        this.clock = clock;
    }

    Refreshed refresh(UpstreamConfig upstream, HeldCredential old) {
        var lease = leases.await("refresh:" + old.credential().key().id());
        if (lease == null) {
            return new NotNow(
                    Denials.storeFailed("another process has held the lease for too long"));
        }
        try {
            return refresh(upstream, old, lease);
        } finally {
            vault.release(lease);
        }
    }

    private Refreshed refresh(UpstreamConfig upstream, HeldCredential old, Lease lease) {
        var stored = vault.credential(old.credential().key());
        if (stored == null) {
            return forget(old);
        }
        // E15: another process may have renewed it meanwhile
        if (stored.version() != old.version() && !isExpired(stored.value())) {
            return new Renewed(held.adopt(stored));
        }
        if (stored.value().refreshToken() == null) {
            return isExpired(stored.value()) ? forget(old) : new Gone();
        }
        var sendScope = upstream.refreshScope() == RefreshScope.SEND;
        var reply = ask(upstream, stored.value(), sendScope);
        if (wantsScope(reply) && upstream.refreshScope() == RefreshScope.AUTO) {
            reply = ask(upstream, stored.value(), true);
        }
        return switch (reply) {
            case TokenReply.Issued issued -> keep(stored, issued, lease);
            case TokenReply.Rejected rejected -> rejected(old, stored, rejected.error(), lease);
            case TokenReply.Failed failed -> later(old, failed.failure());
        };
    }

    private TokenReply ask(UpstreamConfig upstream, Credential credential, boolean sendScope) {
        var request =
                new TokenRequest(
                        credential.tokenEndpoint(),
                        clientOf(upstream, credential),
                        credential.resourceParameter(),
                        upstream.authorizeParams());
        var token = Objects.requireNonNull(credential.refreshToken(), "checked by the caller");
        return grant.request(
                upstream, request, token, sendScope ? credential.scopes().granted() : null);
    }

    /** The operator may have changed the secret of a client that was registered by hand. */
    private static ClientIdentity clientOf(UpstreamConfig upstream, Credential credential) {
        var secret = upstream.client().secret();
        return credential.client() instanceof ClientIdentity.Preregistered stored
                        && stored.clientId().equals(upstream.client().id())
                ? new ClientIdentity.Preregistered(
                        stored.issuer(), stored.clientId(), secret, stored.authMethod())
                : credential.client();
    }

    /** Entra and its like refuse a refresh that does not repeat the scopes (E11). */
    private static boolean wantsScope(TokenReply reply) {
        return reply instanceof TokenReply.Rejected rejected
                && (rejected.error().error().equals("invalid_scope")
                        || Objects.requireNonNullElse(rejected.error().description(), "")
                                .contains("AADSTS650053"));
    }

    private Refreshed keep(Versioned<Credential> stored, TokenReply.Issued issued, Lease lease) {
        var renewed = stored.value().renewed(issued, clock.instant());
        var saved = vault.save(renewed, stored.version(), lease);
        if (saved != null) {
            return new Renewed(held.put(saved, HeldCredential.Origin.REFRESHED));
        }
        // the lease was taken over while we asked: the winner's credential stands (E14)
        var winner = vault.credential(renewed.key());
        return winner == null ? new Gone() : new Renewed(held.adopt(winner));
    }

    private Refreshed rejected(
            HeldCredential old, Versioned<Credential> stored, OAuthError error, Lease lease) {
        // E14: read again, the token may have been rotated by someone who holds no lease
        var now = vault.credential(stored.value().key());
        if (now != null && now.version() != stored.version()) {
            return new Renewed(held.adopt(now));
        }
        LOG.atWarn()
                .addKeyValue("upstream", stored.value().upstreamUrl())
                .addKeyValue("issuer", stored.value().key().issuer())
                .addKeyValue("error", error)
                .log("the refresh token is no longer accepted; a login will be needed");
        if (error.error().equals("invalid_client") || error.error().equals("unauthorized_client")) {
            vault.removeRegistration(
                    stored.value().key().issuer(), stored.value().key().clientId());
        }
        if (isExpired(stored.value())) {
            vault.removeCredential(stored.value().key(), stored.version(), lease);
            return forget(old);
        }
        // the access token still works: keep it to its end (U7)
        var bare = vault.save(stored.value().withoutRefreshToken(), stored.version(), lease);
        if (bare != null) {
            held.put(bare, old.origin());
        }
        return new Gone();
    }

    private Refreshed later(HeldCredential old, OAuthFailure failure) {
        var pause = Objects.requireNonNullElse(failure.retryAfter(), FIRST_PAUSE);
        old.refreshNotBefore(clock.millis() + pause.toMillis());
        LOG.atWarn()
                .addKeyValue("upstream", old.credential().upstreamUrl())
                .addKeyValue("problem", failure.message())
                .log("a refresh failed; the credential is kept");
        return new NotNow(Denials.unreachable(failure));
    }

    private Refreshed forget(HeldCredential old) {
        held.drop(HeldCredentials.slotOf(old.credential()), old.credential().key());
        return new Gone();
    }

    private boolean isExpired(Credential credential) {
        var ends = credential.expiresAt();
        return ends != null && !clock.instant().isBefore(ends);
    }
}
