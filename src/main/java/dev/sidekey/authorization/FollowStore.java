package dev.sidekey.authorization;

import dev.sidekey.credential.CredentialKey;
import dev.sidekey.credential.StoreException;
import dev.sidekey.credential.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes into memory what other processes write: a login there serves calls here, a logout there
 * ends them. A lost notice is repaired when the credential is refused or renewed.
 */
final class FollowStore {
    private static final Logger LOG = LoggerFactory.getLogger(FollowStore.class);

    private final Vault vault;
    private final HeldCredentials held;

    FollowStore(Vault vault, HeldCredentials held) {
        this.vault = vault;
        this.held = held;
    }

    void changed(CredentialKey key) {
        try {
            var stored = vault.credential(key);
            if (stored == null) {
                held.drop(key);
            } else {
                held.adopt(stored);
            }
        } catch (StoreException e) {
            LOG.atWarn()
                    .addKeyValue("problem", e.getMessage())
                    .log("a changed credential cannot be read");
        }
    }
}
