package dev.sidekey.credential;

import dev.sidekey.seal.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One sealed file an entry, in a directory that any number of processes on this machine share.
 * Reading takes no lock, since a file is replaced in one step; a write locks, reads again, compares
 * and replaces (E14).
 */
final class FileStore implements CredentialStore {
    private static final Logger LOG = LoggerFactory.getLogger(FileStore.class);
    private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(1);

    /** A lease is kept past its time, for a slow holder to write under (E16). */
    private static final Duration LEASES_KEPT = Duration.ofDays(1);

    private final Path directory;
    private final Path owners;
    private final InstantSource clock;
    private final Executor executor;
    private final EntryFiles files;
    private final StoreLock lock;
    private final OwnerMark mark;
    private final Warnings warnings = new Warnings(LOG);
    private volatile Instant lastSweep = Instant.MIN;

    private FileStore(Path directory, InstantSource clock, Executor executor, PrivateFiles writer)
            throws IOException {
        this.directory = directory;
        this.clock = clock;
        this.executor = executor;
        owners = directory.resolve("owners");
        PrivateFiles.directory(directory);
        files = new EntryFiles(directory, writer);
        lock = new StoreLock(directory);
        mark = lock.with(sequence -> settle());
    }

    /** Opens a store, making the directory if need be and removing what dead processes left. */
    static FileStore open(Path directory, InstantSource clock, Executor executor) {
        return open(directory, clock, executor, new PrivateFiles());
    }

    /** As above, writing with the given hand; tests stop a process amid a write. */
    static FileStore open(
            Path directory, InstantSource clock, Executor executor, PrivateFiles writer) {
        return io(directory, () -> new FileStore(directory, clock, executor, writer));
    }

    private OwnerMark settle() throws IOException {
        var made = OwnerMark.make(owners);
        OwnerMark.sweep(owners);
        files.sweepTemporary();
        for (var kind : Kind.values()) {
            sweepExpired(kind);
        }
        return made;
    }

    @Override
    public @Nullable Entry load(EntryKey key) {
        return io(directory, () -> living(key));
    }

    @Override
    public List<Entry> list(Kind kind) {
        var now = clock.instant();
        return io(
                directory,
                () ->
                        files.list(kind, warnings::once).stream()
                                .filter(entry -> !entry.expired(now))
                                .toList());
    }

    @Override
    public @Nullable Entry compareAndReplace(
            EntryKey key,
            long expectedVersion,
            SealedValue value,
            @Nullable Instant expiresAt,
            @Nullable Lease fence) {
        return locked(sequence -> {
            if (refuses(key, expectedVersion, fence)) {
                return null;
            }
            if (expiresAt != null) {
                sweepNowAndThen(key.kind());
            }
            var version = sequence.next(expectedVersion);
            var entry = new Entry(key, version, value, expiresAt);
            files.write(entry);
            return entry;
        });
    }

    @Override
    public boolean reseal(Entry entry, SealedValue value) {
        return locked(sequence -> {
            if (refuses(entry.key(), entry.version(), null)) {
                return false;
            }
            files.write(new Entry(entry.key(), entry.version(), value, entry.expiresAt()));
            return true;
        });
    }

    @Override
    public boolean remove(EntryKey key, long expectedVersion, @Nullable Lease fence) {
        return locked(sequence ->
                expectedVersion != 0 && !refuses(key, expectedVersion, fence) && files.remove(key));
    }

    @Override
    public @Nullable Entry take(EntryKey key) {
        return locked(sequence -> {
            var entry = living(key);
            return entry != null && files.remove(key) ? entry : null;
        });
    }

    private @Nullable Entry living(EntryKey key) throws IOException {
        var entry = files.read(key);
        return entry == null || entry.expired(clock.instant()) ? null : entry;
    }

    private boolean refuses(EntryKey key, long expectedVersion, @Nullable Lease fence)
            throws IOException {
        var entry = living(key);
        var version = entry == null ? 0 : entry.version();
        return version != expectedVersion || (fence != null && isGone(fence));
    }

    @Override
    public @Nullable Lease acquire(String name, Duration ttl) {
        return locked(sequence -> {
            var previous = files.read(leaseKey(name));
            if (previous != null && !isFree(previous)) {
                return null;
            }
            var fence = sequence.next(previous == null ? 0 : previous.version());
            var lease = new Lease(name, mark.name(), fence);
            write(lease, ttl);
            return lease;
        });
    }

    /** Its time is over, or its holder can no longer use it. */
    private boolean isFree(Entry lease) throws IOException {
        var owner = new String(lease.value().bytes(), StandardCharsets.UTF_8);
        return lease.expired(clock.instant()) || OwnerMark.isGone(owners, owner);
    }

    @Override
    public boolean renew(Lease lease, Duration ttl) {
        return locked(sequence -> {
            if (isGone(lease)) {
                return false;
            }
            write(lease, ttl);
            return true;
        });
    }

    @Override
    public void release(Lease lease) {
        boolean released =
                locked(sequence -> !isGone(lease) && files.remove(leaseKey(lease.name())));
        LOG.atTrace().addKeyValue("released", released).log("gave a lease back");
    }

    private void write(Lease lease, Duration ttl) throws IOException {
        var owner = SealedValue.of(lease.owner().getBytes(StandardCharsets.UTF_8));
        var end = clock.instant().plus(ttl);
        files.write(new Entry(leaseKey(lease.name()), lease.fence(), owner, end));
    }

    /** Released or taken over; one whose time is over but which nobody took is not gone. */
    private boolean isGone(Lease lease) throws IOException {
        var entry = files.read(leaseKey(lease.name()));
        return entry == null || entry.version() != lease.fence();
    }

    private static EntryKey leaseKey(String name) {
        return new EntryKey(Kind.LEASE, name);
    }

    private void sweepNowAndThen(Kind kind) throws IOException {
        var now = clock.instant();
        if (now.isAfter(lastSweep.plus(BETWEEN_SWEEPS))) {
            lastSweep = now;
            sweepExpired(kind);
            sweepExpired(Kind.LEASE);
        }
    }

    private void sweepExpired(Kind kind) throws IOException {
        var now = clock.instant();
        files.sweepExpired(kind, kind == Kind.LEASE ? now.minus(LEASES_KEPT) : now);
    }

    @Override
    public Watch watch(Consumer<EntryKey> changed, Runnable missed) {
        try {
            return FileWatch.start(files, executor, changed);
        } catch (IOException e) {
            // a system gives out few watches; the rest of the store works without
            LOG.atWarn()
                    .addKeyValue("directory", directory)
                    .addKeyValue("problem", e)
                    .log("what other processes store is not noticed at once, only when needed");
            return () -> {};
        }
    }

    @Override
    public String whereabouts(EntryKey key) {
        return "the file " + files.file(key);
    }

    @Override
    public void close() {
        try {
            lock.with(sequence -> {
                mark.close();
                return directory;
            });
        } catch (IOException e) {
            // the system gives the mark back with the process
            LOG.atDebug().addKeyValue("directory", directory).log("could not close: {}", e);
        }
    }

    private <T extends @Nullable Object> T locked(StoreLock.Work<T> work) {
        return io(directory, () -> lock.with(work));
    }

    private static <T extends @Nullable Object> T io(Path directory, Io<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new StoreException("cannot use the store in " + directory + ": " + e, e);
        }
    }

    /** Work that may fail as files do. */
    @FunctionalInterface
    private interface Io<T extends @Nullable Object> {
        T run() throws IOException;
    }
}
