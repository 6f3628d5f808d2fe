package dev.sidekey.credential;

import dev.sidekey.seal.Seal;
import dev.sidekey.seal.SealException;
import java.util.EnumSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals with the newest key what an older one once sealed, so that the older one can go: each entry
 * when it is read, and all of them when a store is opened with two keys. Versions stay as they are,
 * and two Sidekeys that disagree about which key is the newer one do each other no harm.
 */
final class NewestKey {
    private static final Logger LOG = LoggerFactory.getLogger(NewestKey.class);

    /** Leases lie in the plain: they hold no secret. */
    private static final EnumSet<Kind> SEALED = EnumSet.complementOf(EnumSet.of(Kind.LEASE));

    private NewestKey() {}

    /** All that is in the store. Blocks for as long as reading it takes. */
    static void sealAll(CredentialStore store, Seal seal) {
        int count = 0;
        for (var kind : SEALED) {
            for (var entry : store.list(kind)) {
                if (seal.isOlder(entry.value().bytes()) && opened(store, seal, entry)) {
                    count++;
                }
            }
        }
        if (count > 0) {
            LOG.atInfo().addKeyValue("entries", count).log("sealed with the newest key");
        }
    }

    private static boolean opened(CredentialStore store, Seal seal, Entry entry) {
        try {
            var plain = seal.open(entry.value().bytes(), entry.key().toString());
            return seal(store, seal, entry, plain);
        } catch (SealException e) {
            // whoever reads it says so
            LOG.atDebug().addKeyValue("problem", e.getMessage()).log("cannot be sealed anew");
            return false;
        }
    }

    /** One that was read, where an older key had sealed it. False when it stayed as it is. */
    static boolean seal(CredentialStore store, Seal seal, Entry entry, byte[] plain) {
        if (!seal.isOlder(entry.value().bytes())) {
            return false;
        }
        try {
            var sealed = seal.seal(plain, entry.key().toString());
            return store.reseal(entry, SealedValue.of(sealed));
        } catch (StoreException e) {
            // it was read all the same, and will be read again
            LOG.atDebug().addKeyValue("problem", e.getMessage()).log("cannot be sealed anew");
            return false;
        }
    }
}
