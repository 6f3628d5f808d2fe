package dev.sidekey.credential;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store that ends with its process: for tries and tests, and for pods that may log in anew. */
final class MemoryStore implements CredentialStore {
    private static final String OWNER = "this process";
    private static final SealedValue OWNER_VALUE =
            SealedValue.of(OWNER.getBytes(StandardCharsets.UTF_8));

    private final InstantSource clock;
    private final Watches watches = new Watches();
    private final Map<EntryKey, Entry> entries = new HashMap<>();
    private long sequence;

    MemoryStore(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized @Nullable Entry load(EntryKey key) {
        var entry = entries.get(key);
        return entry == null || entry.expired(clock.instant()) ? null : entry;
    }

    @Override
    public synchronized List<Entry> list(Kind kind) {
        var now = clock.instant();
        return entries.values().stream()
                .filter(entry -> entry.key().kind() == kind && !entry.expired(now))
                .toList();
    }

    @Override
    public @Nullable Entry compareAndReplace(
            EntryKey key,
            long expectedVersion,
            SealedValue value,
            @Nullable Instant expiresAt,
            @Nullable Lease fence) {
        Entry written;
        synchronized (this) {
            if (refuses(key, expectedVersion, fence)) {
                return null;
            }
            if (expiresAt != null) {
                sweep();
            }
            written = new Entry(key, ++sequence, value, expiresAt);
            entries.put(key, written);
        }
        watches.changed(key);
        return written;
    }

    @Override
    public synchronized boolean reseal(Entry entry, SealedValue value) {
        if (refuses(entry.key(), entry.version(), null)) {
            return false;
        }
        entries.put(entry.key(), new Entry(entry.key(), entry.version(), value, entry.expiresAt()));
        return true;
    }

    @Override
    public boolean remove(EntryKey key, long expectedVersion, @Nullable Lease fence) {
        synchronized (this) {
            if (load(key) == null || refuses(key, expectedVersion, fence)) {
                return false;
            }
            entries.remove(key);
        }
        watches.changed(key);
        return true;
    }

    @Override
    public @Nullable Entry take(EntryKey key) {
        Entry taken;
        synchronized (this) {
            taken = load(key);
            entries.remove(key);
        }
        if (taken != null) {
            watches.changed(key);
        }
        return taken;
    }

    @Override
    public @Nullable Lease acquire(String name, Duration ttl) {
        var key = new EntryKey(Kind.LEASE, name);
        Lease lease;
        synchronized (this) {
            if (load(key) != null) {
                return null;
            }
            lease = new Lease(name, OWNER, ++sequence);
            put(lease, ttl);
        }
        watches.changed(key);
        return lease;
    }

    @Override
    public synchronized boolean renew(Lease lease, Duration ttl) {
        if (isGone(lease)) {
            return false;
        }
        put(lease, ttl);
        return true;
    }

    @Override
    public void release(Lease lease) {
        var key = new EntryKey(Kind.LEASE, lease.name());
        synchronized (this) {
            if (isGone(lease)) {
                return;
            }
            entries.remove(key);
        }
        watches.changed(key);
    }

    private void put(Lease lease, Duration ttl) {
        var key = new EntryKey(Kind.LEASE, lease.name());
        var end = clock.instant().plus(ttl);
        entries.put(key, new Entry(key, lease.fence(), OWNER_VALUE, end));
    }

    private boolean refuses(EntryKey key, long expectedVersion, @Nullable Lease fence) {
        var entry = load(key);
        var version = entry == null ? 0 : entry.version();
        return version != expectedVersion || (fence != null && isGone(fence));
    }

    /** Released or taken over; one whose time is over but which nobody took is not gone. */
    private boolean isGone(Lease lease) {
        var entry = entries.get(new EntryKey(Kind.LEASE, lease.name()));
        return entry == null || entry.version() != lease.fence();
    }

    private void sweep() {
        var now = clock.instant();
        entries.values().removeIf(entry -> entry.key().kind() != Kind.LEASE && entry.expired(now));
    }

    @Override
    public Watch watch(Consumer<EntryKey> changed, Runnable missed) {
        return watches.add(changed);
    }

    @Override
    public String whereabouts(EntryKey key) {
        return "in memory, " + key;
    }

    @Override
    public void close() {
        watches.close();
    }
}
