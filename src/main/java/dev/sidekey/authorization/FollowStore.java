package dev.sidekey.authorization;

import dev.sidekey.credential.Credential;
import dev.sidekey.credential.CredentialKey;
import dev.sidekey.credential.StoreException;
import dev.sidekey.credential.StoreFollower;
import dev.sidekey.credential.Vault;
import dev.sidekey.credential.Versioned;
import java.util.HashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes into memory what other processes write: a login there serves calls here, a logout there
 * ends them. Where notices were lost, all versions are compared.
 */
final class FollowStore implements StoreFollower {
    private static final Logger LOG = LoggerFactory.getLogger(FollowStore.class);

    private final Vault vault;
    private final HeldCredentials held;
    private final Logins logins;
    private final StoreNews news;

    FollowStore(Kept kept, Logins logins) {
        this.vault = kept.vault();
        this.held = kept.held();
        this.news = kept.news();
        this.logins = logins;
    }

    @Override
    public void changed(CredentialKey key) {
        try {
            var stored = vault.credential(key);
            if (stored == null) {
                held.drop(key);
            } else {
                logins.arrived(held.adopt(stored));
            }
        } catch (StoreException e) {
            LOG.atWarn()
                    .addKeyValue("problem", e.getMessage())
                    .log("a changed credential cannot be read");
        }
        news.told();
    }

    @Override
    public void stirred() {
        news.told();
    }

    @Override
    public void missed() {
        var stored = new HashMap<CredentialKey, Versioned<Credential>>();
        vault.credentials().forEach(one -> stored.put(one.value().key(), one));
        for (var mine : held.everything()) {
            var there = stored.remove(mine.credential().key());
            if (there == null) {
                // it may have been written since the list was read
                changed(mine.credential().key());
            } else if (there.version() > mine.version()) {
                logins.arrived(held.adopt(there));
            } else if (there.version() < mine.version()) {
                bringBack(mine, there);
            }
        }
        stored.values().forEach(one -> logins.arrived(held.adopt(one)));
        news.told();
    }

    /**
     * The store went back behind what it had answered for, as after a failover: its refresh token
     * was used up, memory has the one that followed.
     */
    private void bringBack(HeldCredential mine, Versioned<Credential> there) {
        var saved = vault.save(mine.credential(), there.version(), null);
        LOG.atWarn()
                .addKeyValue("upstream", mine.credential().upstreamUrl())
                .addKeyValue("stored", saved != null)
                .log("the store had lost a credential's last change; it is written again");
        if (saved != null) {
            held.put(saved, mine.origin());
        }
    }
}
