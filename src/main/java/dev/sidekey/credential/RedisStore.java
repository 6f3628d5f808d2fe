package dev.sidekey.credential;

import static dev.sidekey.credential.RedisLink.number;
import static dev.sidekey.credential.RedisLink.utf8;

import dev.sidekey.config.StoreConfig;
import io.lettuce.core.MapScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries in Redis or Valkey, for Sidekeys on any number of machines: one hash a kind, a field an
 * entry; each change is one run of {@code store.lua} (E14). All keys have one hash tag, so that a
 * Cluster keeps a store on one shard.
 *
 * <p>Leases go by the engine's clock, since those of several machines differ; a clock that is not
 * the system's is sent along.
 */
final class RedisStore implements CredentialStore {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);
    private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(1);

    /** A lease is kept past its time, for a slow holder to write under (E16). */
    private static final Duration LEASES_KEPT = Duration.ofDays(1);

    private static final Duration TRIAL = Duration.ofSeconds(1);

    private static final ScanArgs SCAN = ScanArgs.Builder.limit(500);

    private final RedisLink link;
    private final String room;
    private final InstantSource clock;
    private final boolean engineTime;
    private final Executor executor;
    private final byte[] owner =
            utf8(ProcessHandle.current().pid() + "-" + UUID.randomUUID().toString());
    private final Warnings warnings = new Warnings(LOG);
    private volatile Instant lastSweep = Instant.MIN;

    private RedisStore(RedisLink link, String room, InstantSource clock, Executor executor) {
        this.link = link;
        this.room = room;
        this.clock = clock;
        this.engineTime = clock.equals(InstantSource.system());
        this.executor = executor;
    }

    /** Opens the store; blocks for as long as nobody answers. See {@link RedisLink#open}. */
    static RedisStore open(StoreConfig config, InstantSource clock, Executor executor) {
        var room = "{" + config.prefix() + "}";
        var store = new RedisStore(RedisLink.open(config, sequence(room)), room, clock, executor);
        try {
            store.tryRights();
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
        return store;
    }

    /** A user who may read and not write would be found out at the first login. */
    private void tryRights() {
        var _ =
                link.untilReached(() -> {
                    var lease = acquire("start:" + UUID.randomUUID(), TRIAL);
                    if (lease != null) {
                        release(lease);
                    }
                    return true;
                });
    }

    private byte[] hash(Kind kind) {
        return utf8(room + ":" + kind.label());
    }

    /** Where changes are told of; also the name of the key that holds the last version. */
    private String channel() {
        return room + ":changes";
    }

    private static String sequence(String room) {
        return room + ":sequence";
    }

    @Override
    public @Nullable Entry load(EntryKey key) {
        byte[] record = link.call(c -> c.hget(hash(key.kind()), utf8(key.id())));
        if (record == null) {
            return null;
        }
        var entry = RedisRecord.read(key, record);
        if (entry == null) {
            throw damaged(key);
        }
        return entry.expired(clock.instant()) ? null : entry;
    }

    @Override
    public List<Entry> list(Kind kind) {
        var now = clock.instant();
        var entries = new ArrayList<Entry>();
        for (var entry : all(kind)) {
            if (!entry.expired(now)) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private List<Entry> all(Kind kind) {
        var entries = new ArrayList<Entry>();
        records(kind)
                .forEach((id, record) -> {
                    var key = new EntryKey(kind, id);
                    var entry = RedisRecord.read(key, record);
                    if (entry == null) {
                        warnings.once(damaged(key));
                    } else {
                        entries.add(entry);
                    }
                });
        return entries;
    }

    /** In steps, so that nobody else waits long for the engine; a step may repeat a field. */
    private Map<String, byte[]> records(Kind kind) {
        var records = new HashMap<String, byte[]>();
        ScanCursor cursor = ScanCursor.INITIAL;
        while (!cursor.isFinished()) {
            var from = cursor;
            MapScanCursor<byte[], byte[]> step = link.call(c -> c.hscan(hash(kind), from, SCAN));
            step.getMap()
                    .forEach((id, record) ->
                            records.put(new String(id, StandardCharsets.UTF_8), record));
            cursor = step;
        }
        return records;
    }

    @Override
    public @Nullable Entry compareAndReplace(
            EntryKey key,
            long expectedVersion,
            SealedValue value,
            @Nullable Instant expiresAt,
            @Nullable Lease fence) {
        var end = expiresAt == null ? null : Instant.ofEpochMilli(expiresAt.toEpochMilli());
        if (end != null) {
            sweepNowAndThen(key.kind());
        }
        var version =
                change(
                        "write",
                        key,
                        utf8("" + expectedVersion),
                        utf8(fence == null ? "" : fence.name()),
                        utf8(fence == null ? "" : "" + fence.fence()),
                        utf8(RedisRecord.end(end)),
                        value.bytes());
        return version == null ? null : new Entry(key, number(version), value, end);
    }

    @Override
    public boolean reseal(Entry entry, SealedValue value) {
        return change("reseal", entry.key(), utf8("" + entry.version()), value.bytes()) != null;
    }

    @Override
    public boolean remove(EntryKey key, long expectedVersion, @Nullable Lease fence) {
        return change(
                        "remove",
                        key,
                        utf8("" + expectedVersion),
                        utf8(fence == null ? "" : fence.name()),
                        utf8(fence == null ? "" : "" + fence.fence()))
                != null;
    }

    @Override
    public @Nullable Entry take(EntryKey key) {
        var record = change("take", key);
        return record == null ? null : RedisRecord.read(key, record);
    }

    @Override
    public @Nullable Lease acquire(String name, Duration ttl) {
        var fence = change("acquire", leaseKey(name), millis(ttl), owner);
        return fence == null
                ? null
                : new Lease(name, new String(owner, StandardCharsets.UTF_8), number(fence));
    }

    @Override
    public boolean renew(Lease lease, Duration ttl) {
        return change(
                        "renew",
                        leaseKey(lease.name()),
                        utf8("" + lease.fence()),
                        millis(ttl),
                        utf8(lease.owner()))
                != null;
    }

    @Override
    public void release(Lease lease) {
        var released = change("release", leaseKey(lease.name()), utf8("" + lease.fence()));
        LOG.atTrace().addKeyValue("released", released != null).log("gave a lease back");
    }

    private static EntryKey leaseKey(String name) {
        return new EntryKey(Kind.LEASE, name);
    }

    private static byte[] millis(Duration time) {
        return utf8("" + time.toMillis());
    }

    /** Runs one operation of the script, and has a replica confirm what must not be lost. */
    private byte @Nullable [] change(String operation, EntryKey key, byte[]... more) {
        var keys = new byte[][] {hash(key.kind()), hash(Kind.LEASE), utf8(sequence(room))};
        var arguments = new byte[5 + more.length][];
        arguments[0] = utf8(operation);
        arguments[1] = utf8(channel());
        arguments[2] = utf8(key.kind().label());
        arguments[3] = utf8(key.id());
        arguments[4] = utf8(engineTime ? "" : "" + clock.millis());
        System.arraycopy(more, 0, arguments, 5, more.length);
        byte[] result;
        try {
            result = link.run(keys, arguments);
        } catch (StoreException e) {
            throw RedisLink.DAMAGED.equals(e.getMessage()) ? damaged(key) : e;
        }
        if (result != null && !operation.equals("sweep")) {
            link.confirm(utf8(room + ":confirmed"));
        }
        return result;
    }

    private void sweepNowAndThen(Kind kind) {
        var now = clock.instant();
        if (now.isAfter(lastSweep.plus(BETWEEN_SWEEPS))) {
            lastSweep = now;
            sweep(kind, now);
            sweep(Kind.LEASE, now.minus(LEASES_KEPT));
        }
    }

    private void sweep(Kind kind, Instant before) {
        for (var entry : all(kind)) {
            if (entry.expired(before)) {
                change("sweep", entry.key(), utf8("" + before.toEpochMilli()));
            }
        }
    }

    @Override
    public Watch watch(Consumer<EntryKey> changed, Runnable missed) {
        return RedisWatch.start(
                new RedisWatch.Source(link, channel(), sequence(room)), executor, changed, missed);
    }

    @Override
    public @Nullable String trouble() {
        return link.trouble();
    }

    @Override
    public String whereabouts(EntryKey key) {
        return "the field %s of %s:%s at %s".formatted(key.id(), room, key.kind().label(), link);
    }

    private StoreException damaged(EntryKey key) {
        return new StoreException(
                whereabouts(key)
                        + " is no entry that this Sidekey knows. Remove it, then log in again",
                null);
    }

    @Override
    public void close() {
        link.close();
    }
}
