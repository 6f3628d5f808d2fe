package dev.sidekey.authorization;

import dev.sidekey.credential.Credential;
import dev.sidekey.credential.CredentialKey;
import dev.sidekey.credential.Lease;
import dev.sidekey.credential.PendingLogin;
import dev.sidekey.credential.StoreException;
import dev.sidekey.credential.Vault;
import dev.sidekey.oauth.TokenReply;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns a token reply into a credential that is stored first and held second. */
final class KeepCredential {
    /** A code is good once: the person should not have to come again for a store that was away. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final long LOOK_EVERY_MILLIS = 200;

    private final Vault vault;
    private final HeldCredentials held;
    private final Clock clock;

    KeepCredential(Vault vault, HeldCredentials held, Clock clock) {
        this.vault = vault;
        this.held = held;
        this.clock = clock;
    }

    /** The right to finish a login of a key; null when another process had it for too long. */
    @Nullable Lease begin(PendingLogin login) {
        var giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var lease = vault.acquire(nameOf(login), Turn.TTL);
            if (lease != null || System.nanoTime() > giveUp) {
                return lease;
            }
            Pause.millis(LOOK_EVERY_MILLIS);
        }
    }

    private static String nameOf(PendingLogin login) {
        return "login:" + Logins.keyOf(login).id();
    }

    /** Whether no process is about to store what a login of that key brought. */
    boolean isNobodyFinishing(PendingLogin login) {
        var lease = vault.acquire(nameOf(login), Turn.TTL);
        if (lease != null) {
            Turn.giveBack(vault, lease);
        }
        return lease != null;
    }

    /**
     * Keeps what a login brought, in place of what the key held before: a person has just said so.
     *
     * @param grant name of the grant that the login was for
     * @param fence under which the token was asked for
     * @return null as below
     * @throws StoreException when it cannot be stored; it is not used then
     */
    @Nullable HeldCredential keep(
            PendingLogin login, String grant, TokenReply.Issued issued, Lease fence) {
        return keep(credential(login, grant, issued), fence);
    }

    /**
     * Keeps a credential in place of what its key held before. Who was stopped past its lease finds
     * what another has stored meanwhile: that one stands (E14).
     *
     * @param fence under which the token was asked for
     * @return what stands; null when the lease was lost to one who stores nothing, and keeps it
     */
    @Nullable HeldCredential keep(Credential credential, Lease fence) {
        var giveUp = System.nanoTime() + PATIENCE.toNanos();
        @Nullable Lease lease = fence;
        while (true) {
            try {
                var stands = lease == null ? null : written(credential, fence, lease);
                if (stands != null) {
                    giveBack(lease, fence);
                    return stands;
                }
                if (System.nanoTime() > giveUp) {
                    return null;
                }
                lease = vault.acquire(fence.name(), Turn.TTL);
            } catch (StoreException e) {
                if (!e.isPassing() || System.nanoTime() > giveUp) {
                    throw e;
                }
            }
            Pause.millis(LOOK_EVERY_MILLIS);
        }
    }

    /** Null when the lease is another's, who has stored nothing yet. */
    private @Nullable HeldCredential written(Credential credential, Lease first, Lease lease) {
        while (true) {
            var before = vault.credential(credential.key());
            var version = before == null ? 0 : before.version();
            var saved = vault.save(credential, version, lease);
            if (saved != null) {
                return held.put(saved, HeldCredential.Origin.REQUESTED);
            }
            var now = vault.credential(credential.key());
            if ((now == null ? 0 : now.version()) == version) {
                // versions and fences are of one sequence
                return now != null && version > first.fence() ? held.adopt(now) : null;
            }
        }
    }

    private void giveBack(@Nullable Lease lease, Lease first) {
        if (lease != null && !lease.equals(first)) {
            Turn.giveBack(vault, lease);
        }
    }

    private Credential credential(PendingLogin login, String grant, TokenReply.Issued issued) {
        var now = clock.instant();
        var lifetime = issued.expiresIn();
        // S8: no scope in the reply means what was requested (RFC 6749 §5.1)
        var granted = Objects.requireNonNullElse(issued.scope(), login.scopes().requested());
        return new Credential(
                new CredentialKey(
                        login.account(),
                        login.issuer(),
                        login.resource(),
                        login.client().clientId()),
                login.upstreamUrl(),
                login.client(),
                issued.accessToken(),
                issued.tokenType(),
                now,
                lifetime == null ? null : now.plus(lifetime),
                issued.refreshToken(),
                login.scopes().withGranted(granted),
                login.tokenEndpoint(),
                login.revocationEndpoint(),
                login.resourceParameter(),
                grant,
                login.dpopKey());
    }
}
