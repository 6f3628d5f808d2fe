package dev.sidekey.authorization;

import dev.sidekey.credential.Credential;
import dev.sidekey.credential.CredentialKey;
import dev.sidekey.credential.PendingLogin;
import dev.sidekey.credential.StoreException;
import dev.sidekey.credential.Vault;
import dev.sidekey.oauth.TokenReply;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;

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

    /**
     * Keeps what a login brought, in place of what the key held before: a person has just said so.
     *
     * @param grant name of the grant that the login was for
     * @throws StoreException when it cannot be stored; it is not used then
     */
    HeldCredential keep(PendingLogin login, String grant, TokenReply.Issued issued) {
        return keep(credential(login, grant, issued));
    }

    /** Keeps a credential in place of what its key held before. */
    HeldCredential keep(Credential credential) {
        var giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                var before = vault.credential(credential.key());
                var saved = vault.save(credential, before == null ? 0 : before.version(), null);
                if (saved != null) {
                    return held.put(saved, HeldCredential.Origin.REQUESTED);
                }
            } catch (StoreException e) {
                if (!e.isPassing() || System.nanoTime() > giveUp) {
                    throw e;
                }
                Pause.millis(LOOK_EVERY_MILLIS);
            }
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
