package dev.sidekey.credential;

import dev.sidekey.config.StoreConfig;
import dev.sidekey.seal.Seal;
import dev.sidekey.seal.SealException;
import dev.sidekey.seal.SealKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The seal of a store: which key the operator gave or we made, and whether it opens the store. */
final class StoreSeal {
    private static final EntryKey CHECK = new EntryKey(Kind.KEY_CHECK, "key");
    private static final byte[] CHECKED = "sidekey".getBytes(StandardCharsets.US_ASCII);

    private StoreSeal() {}

    /**
     * The seal that the configuration names.
     *
     * @throws StoreException when the store was sealed with another key
     */
    static Seal open(StoreConfig config, Path stateDir, CredentialStore store) {
        var seal = seal(config, stateDir);
        check(store, seal);
        if (seal.hasOlder()) {
            NewestKey.sealAll(store, seal);
        }
        return seal;
    }

    private static Seal seal(StoreConfig config, Path stateDir) {
        var key = config.key();
        if (key != null) {
            var second = config.secondKey();
            return second == null
                    ? Seal.of(SealKey.parse(key))
                    : Seal.of(SealKey.parse(key), SealKey.parse(second));
        }
        return CredentialStores.outlivesProcess(config)
                ? Seal.of(SealKey.ofFile(stateDir.resolve("key")))
                : Seal.of(SealKey.random());
    }

    /** A wrong key is one error at start, not one a credential later on. */
    private static void check(CredentialStore store, Seal seal) {
        var context = CHECK.toString();
        var entry = store.load(CHECK);
        if (entry == null) {
            var sealed = SealedValue.of(seal.seal(CHECKED, context));
            entry = store.compareAndReplace(CHECK, 0, sealed, null, null);
        }
        if (entry == null) {
            entry = store.load(CHECK);
        }
        try {
            if (entry != null) {
                seal.open(entry.value().bytes(), context);
            }
        } catch (SealException e) {
            throw new StoreException(
                    "the key does not open the store: %s is %s. Give the key that the store was"
                                    .formatted(store.whereabouts(CHECK), e.getMessage())
                            + " made with in store.key-file (SIDEKEY_KEY_FILE) or store.key, or remove the store"
                            + " and log in again",
                    e);
        }
    }
}
