package dev.sidekey.authorization;

import dev.sidekey.authorization.Refreshes.Gone;
import dev.sidekey.authorization.Refreshes.NotNow;
import dev.sidekey.authorization.Refreshes.Refreshed;
import dev.sidekey.authorization.Refreshes.Renewed;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.Lease;
import dev.sidekey.credential.Vault;
import dev.sidekey.credential.Versioned;
import dev.sidekey.oauth.OAuthError;
import dev.sidekey.oauth.OAuthFailure;
import dev.sidekey.oauth.TokenReply;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews a credential by its refresh token, or by its grant where that needs no person, once among
 * all processes: lease, re-read, ask, store, and only then use (E10, E14). Everything it needs was
 * stored with the credential (E13).
 */
final class RefreshCredential {
    private static final Logger LOG = LoggerFactory.getLogger(RefreshCredential.class);

    /** Nothing was sent, and a file may be mended any moment. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private final Vault vault;
    private final HeldCredentials held;
    private final Renewal renewal;
    private final Setbacks setbacks;
    private final Leases leases;
    private final Clock clock;

    RefreshCredential(Kept kept, Renewal renewal, Leases leases) {
        this.vault = kept.vault();
        this.held = kept.held();
        this.setbacks = kept.setbacks();
        this.clock = kept.clock();
        this.renewal = renewal;
        this.leases = leases;
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
        var reply = renewal.request(upstream, stored.value());
        return switch (reply) {
            case null -> isExpired(stored.value()) ? forget(old) : new Gone();
            case TokenReply.Issued issued -> keep(stored, issued, lease);
            case TokenReply.Rejected rejected when old.isRenewedByGrant() ->
                    refused(old, stored, rejected.error(), lease);
            case TokenReply.Rejected rejected -> rejected(old, stored, rejected.error(), lease);
            case TokenReply.Failed failed -> later(old, failed.failure());
            case TokenReply.Unasked unasked ->
                    wait(old, Denials.unusableInput(upstream, unasked.problem()), SOON);
        };
    }

    private Refreshed keep(Versioned<Credential> stored, TokenReply.Issued issued, Lease lease) {
        var renewed = stored.value().renewed(issued, clock.instant());
        var saved = vault.save(renewed, stored.version(), lease);
        setbacks.forget(HeldCredentials.slotOf(renewed));
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

    /**
     * A grant without a person was refused: no second try and no other grant (M11). The token that
     * is held is used to its end.
     */
    private Refreshed refused(
            HeldCredential old, Versioned<Credential> stored, OAuthError error, Lease lease) {
        var credential = stored.value();
        var denied = Denials.grantRefused(credential.key().issuer(), credential.grant(), error);
        if (isExpired(credential)) {
            vault.removeCredential(credential.key(), stored.version(), lease);
            held.drop(HeldCredentials.slotOf(credential), credential.key());
        }
        return wait(old, denied, null);
    }

    private Refreshed later(HeldCredential old, OAuthFailure failure) {
        return wait(old, Denials.unreachable(failure), failure.retryAfter());
    }

    /** Keeps what is held, and asks again only after a pause (E12). */
    private Refreshed wait(
            HeldCredential old, Authorization.Denied denied, @Nullable Duration wanted) {
        var slot = HeldCredentials.slotOf(old.credential());
        if (old.isRenewedByGrant()) {
            old.refreshNotBefore(setbacks.note(slot, denied, wanted));
        } else {
            old.refreshFailed(clock.millis(), wanted);
        }
        LOG.atWarn()
                .addKeyValue("upstream", old.credential().upstreamUrl())
                .addKeyValue("problem", denied.message())
                .log("a token could not be renewed; what is held is used to its end");
        return new NotNow(denied);
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
