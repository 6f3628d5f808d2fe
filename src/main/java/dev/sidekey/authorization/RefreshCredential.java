package dev.sidekey.authorization;

import dev.sidekey.authorization.Announcements.Allowed;
import dev.sidekey.authorization.Announcements.InDoubt;
import dev.sidekey.authorization.Announcements.TooLate;
import dev.sidekey.authorization.LateWrites.Dropped;
import dev.sidekey.authorization.LateWrites.Refused;
import dev.sidekey.authorization.LateWrites.Stands;
import dev.sidekey.authorization.Refreshes.Gone;
import dev.sidekey.authorization.Refreshes.NotNow;
import dev.sidekey.authorization.Refreshes.Refreshed;
import dev.sidekey.authorization.Refreshes.Renewed;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.Lease;
import dev.sidekey.credential.StoreException;
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
 * all processes: lease, re-read, announce, ask, store, and only then use (E10, E14). Everything it
 * needs was stored with the credential (E13).
 */
final class RefreshCredential {
    private static final Logger LOG = LoggerFactory.getLogger(RefreshCredential.class);
    private static final Duration DOUBT_PAUSE = Duration.ofMillis(500);
    private static final int MOST_ATTEMPTS = 3;

    /** Nothing was sent, and a file may be mended any moment. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private final Vault vault;
    private final HeldCredentials held;
    private final Renewal renewal;
    private final Setbacks setbacks;
    private final Leases leases;
    private final Announcements announcements;
    private final LateWrites lateWrites;
    private final Clock clock;

    RefreshCredential(
            Kept kept,
            Renewal renewal,
            Leases leases,
            Announcements announcements,
            LateWrites lateWrites) {
        this.vault = kept.vault();
        this.held = kept.held();
        this.setbacks = kept.setbacks();
        this.clock = kept.clock();
        this.renewal = renewal;
        this.leases = leases;
        this.announcements = announcements;
        this.lateWrites = lateWrites;
    }

    Refreshed refresh(UpstreamConfig upstream, HeldCredential old) {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            var lease = leases.await(LateWrites.leaseOf(old.credential().key()));
            if (lease == null) {
                break;
            }
            try (var turn = new Turn(vault, lease)) {
                var refreshed = refresh(upstream, old, turn);
                if (refreshed != null) {
                    return refreshed;
                }
            }
        }
        return new NotNow(Denials.storeFailed("another process has held the lease for too long"));
    }

    /** Null when the lease was lost before anything was shown. */
    private @Nullable Refreshed refresh(UpstreamConfig upstream, HeldCredential old, Turn turn) {
        var lease = turn.lease();
        var stored = vault.credential(old.credential().key());
        if (stored == null) {
            return forget(old);
        }
        // E15: another process may have renewed it meanwhile
        if (stored.version() != old.version() && !isExpired(stored.value())) {
            return new Renewed(held.adopt(stored));
        }
        if (old.isRenewedByGrant() || stored.value().refreshToken() == null) {
            return ask(upstream, old, new Asked(stored, null, turn));
        }
        return switch (announcements.announce(stored, lease)) {
            case Allowed allowed -> ask(upstream, old, new Asked(stored, allowed, turn));
            case InDoubt doubt -> doubted(old, stored, doubt, lease);
            case TooLate _ -> null;
        };
    }

    /**
     * What a server is asked with.
     *
     * @param allowed null where no refresh token is shown
     */
    private record Asked(Versioned<Credential> stored, @Nullable Allowed allowed, Turn turn) {}

    private Refreshed ask(UpstreamConfig upstream, HeldCredential old, Asked asked) {
        var stored = asked.stored;
        var reply = renewal.request(upstream, stored.value());
        if (asked.allowed != null && !(reply instanceof TokenReply.Issued)) {
            announcements.withdraw(asked.allowed);
        }
        return switch (reply) {
            case null -> isExpired(stored.value()) ? forget(old) : toItsEnd(old);
            case TokenReply.Issued issued -> keep(asked, issued);
            case TokenReply.Rejected rejected when old.isRenewedByGrant() ->
                    refused(old, stored, rejected.error(), asked.turn.lease());
            case TokenReply.Rejected rejected ->
                    rejected(old, stored, rejected.error(), asked.turn.lease());
            case TokenReply.Failed failed -> later(old, failed.failure());
            case TokenReply.Unasked unasked ->
                    wait(old, Denials.unusableInput(upstream, unasked.problem()), SOON);
        };
    }

    /** What could not be stored at once is served, and written as soon as it can be. */
    private Refreshed keep(Asked asked, TokenReply.Issued issued) {
        var renewed = asked.stored.value().renewed(issued, clock.instant());
        setbacks.forget(HeldCredentials.slotOf(renewed));
        var rotation = new LateWrites.Rotation(asked.stored, renewed, asked.allowed);
        try {
            return switch (lateWrites.settle(rotation, asked.turn.lease())) {
                case Stands stands -> new Renewed(stands.credential());
                case Dropped _ -> new Gone();
                case Refused _ -> new Renewed(lateWrites.begin(rotation, asked.turn.handOver()));
            };
        } catch (StoreException e) {
            return new Renewed(lateWrites.begin(rotation, asked.turn.handOver()));
        }
    }

    /** Another process showed the token: its answer is waited for, and given up at last. */
    private Refreshed doubted(
            HeldCredential old, Versioned<Credential> stored, InDoubt doubt, Lease lease) {
        if (!doubt.lost()) {
            return wait(old, Denials.refreshInDoubt(stored.value().upstreamUrl()), DOUBT_PAUSE);
        }
        LOG.atWarn()
                .addKeyValue("upstream", stored.value().upstreamUrl())
                .addKeyValue("issuer", stored.value().key().issuer())
                .log("a refresh token was shown and its answer never stored; a login is needed");
        return dead(old, stored, lease);
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
        return dead(old, stored, lease);
    }

    private Refreshed dead(HeldCredential old, Versioned<Credential> stored, Lease lease) {
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

    /** A person has to come before it can be replaced: they are asked when it has ended. */
    private static Refreshed toItsEnd(HeldCredential old) {
        old.refreshNotBefore(Long.MAX_VALUE);
        return new Gone();
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
