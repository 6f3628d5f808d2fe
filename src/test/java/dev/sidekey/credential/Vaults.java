package dev.sidekey.credential;

import dev.sidekey.seal.Seal;
import dev.sidekey.seal.SealKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/** A vault whose store a test can stop amid its work, and rob of its fences. */
public final class Vaults {
    private final CredentialStore store;
    private final Seal seal = Seal.of(SealKey.random());

    /** On a store in memory. */
    public Vaults(InstantSource clock) {
        store = new MemoryStore(clock);
    }

    /**
     * One process's view of the store.
     *
     * @param fenced whether its writes are bound to their leases
     * @param beforeAnnouncing runs before each announcement is written
     */
    public Vault open(boolean fenced, Runnable beforeAnnouncing) {
        return new Vault(new Hooked(store, fenced, beforeAnnouncing), seal);
    }

    private record Hooked(CredentialStore store, boolean fenced, Runnable beforeAnnouncing)
            implements CredentialStore {

        @Override
        public Entry load(EntryKey key) {
            return store.load(key);
        }

        @Override
        public List<Entry> list(Kind kind) {
            return store.list(kind);
        }

        @Override
        public Entry compareAndReplace(
                EntryKey key,
                long expectedVersion,
                SealedValue value,
                Instant expiresAt,
                Lease fence) {
            if (key.kind() == Kind.ANNOUNCEMENT) {
                beforeAnnouncing.run();
            }
            return store.compareAndReplace(
                    key, expectedVersion, value, expiresAt, fenced ? fence : null);
        }

        @Override
        public boolean reseal(Entry entry, SealedValue value) {
            return store.reseal(entry, value);
        }

        @Override
        public boolean remove(EntryKey key, long expectedVersion, Lease fence) {
            return store.remove(key, expectedVersion, fenced ? fence : null);
        }

        @Override
        public Entry take(EntryKey key) {
            return store.take(key);
        }

        @Override
        public Lease acquire(String name, Duration ttl) {
            return store.acquire(name, ttl);
        }

        @Override
        public boolean renew(Lease lease, Duration ttl) {
            return store.renew(lease, ttl);
        }

        @Override
        public void release(Lease lease) {
            store.release(lease);
        }

        @Override
        public Watch watch(Consumer<EntryKey> changed, Runnable missed) {
            return store.watch(changed, missed);
        }

        @Override
        public String whereabouts(EntryKey key) {
            return store.whereabouts(key);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
