package dev.sidekey.credential;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidekey.seal.Seal;
import dev.sidekey.seal.SealException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one kind in a store, sealed on their way in and opened on their way out. Safe on
 * every thread and among processes; every method may block.
 *
 * @param <K> names a record
 * @param <T> the record
 */
final class Shelf<K, T> {
    private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);

    private final CredentialStore store;
    private final Seal seal;
    private final Codec<K, T> codec;
    private final Warnings warnings = new Warnings(LOG);

    Shelf(CredentialStore store, Seal seal, Codec<K, T> codec) {
        this.store = store;
        this.seal = seal;
        this.codec = codec;
    }

    /**
     * The record as it is now in the store, or null when there is none.
     *
     * @throws StoreException also when this record is damaged or was sealed with another key
     */
    @Nullable Versioned<T> load(K key) {
        var entry = store.load(entryKey(key));
        return entry == null ? null : open(entry, true);
    }

    /** All records. What cannot be read is left out, and logged with its place. */
    List<Versioned<T>> list() {
        var records = new ArrayList<Versioned<T>>();
        for (var entry : store.list(codec.kind())) {
            try {
                records.add(open(entry, true));
            } catch (StoreException e) {
                warnings.once(e);
            }
        }
        return records;
    }

    /**
     * Writes a record if it still has the version that the caller saw; durable on return.
     *
     * @param expectedVersion 0 when there must be none
     * @param fence where given, refused once the lease was released or taken over
     * @return the record as it now is, or null when another was first: load it then (E14)
     */
    @Nullable Versioned<T> save(T value, long expectedVersion, @Nullable Lease fence) {
        var key = entryKey(codec.key(value));
        var sealed = SealedValue.of(seal.seal(bytes(value), key.toString()));
        var entry =
                store.compareAndReplace(
                        key, expectedVersion, sealed, codec.expiresAt(value), fence);
        return entry == null ? null : new Versioned<>(value, entry.version());
    }

    /** Removes a record if it still has the version that the caller saw. */
    boolean remove(K key, long expectedVersion, @Nullable Lease fence) {
        return store.remove(entryKey(key), expectedVersion, fence);
    }

    /** Removes a record whatever its version, readable or not. False when there was none. */
    boolean discard(K key) {
        return store.take(entryKey(key)) != null;
    }

    /** Removes a record and returns it, to one caller only among all processes. */
    @Nullable T take(K key) {
        var entry = store.take(entryKey(key));
        return entry == null ? null : open(entry, false).value();
    }

    Kind kind() {
        return codec.kind();
    }

    /** All records in the plain, for an export that is sealed as a whole. */
    List<ObjectNode> plain() {
        return list().stream().map(stored -> codec.write(stored.value())).toList();
    }

    /** A record of an export. */
    T read(JsonNode plain) {
        return codec.read(plain);
    }

    /** Writes a record. False when there is one of its key that is not to be replaced. */
    boolean put(T value, boolean replace) {
        while (true) {
            var before = load(codec.key(value));
            if (before != null && !replace) {
                return false;
            }
            if (save(value, before == null ? 0 : before.version(), null) != null) {
                return true;
            }
        }
    }

    EntryKey entryKey(K key) {
        return new EntryKey(codec.kind(), codec.id(key));
    }

    private byte[] bytes(T value) {
        try {
            return Json.MAPPER.writeValueAsBytes(codec.write(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree can always be written", e);
        }
    }

    /**
     * Opens an entry.
     *
     * @param stays whether it is still in the store, and gets the newest key there
     */
    private Versioned<T> open(Entry entry, boolean stays) {
        try {
            var plain = seal.open(entry.value().bytes(), entry.key().toString());
            var value = codec.read(Json.MAPPER.readTree(plain));
            if (stays && NewestKey.seal(store, seal, entry, plain)) {
                LOG.debug("an entry was sealed with the newest key");
            }
            return new Versioned<>(value, entry.version());
        } catch (SealException e) {
            throw unreadable(entry.key(), e.getMessage());
        } catch (IOException | RuntimeException e) {
            // the cause may quote what lies under the seal, so that only its kind is told
            throw unreadable(
                    entry.key(),
                    "of a form that this Sidekey does not know: " + e.getClass().getSimpleName());
        }
    }

    private StoreException unreadable(EntryKey key, @Nullable String why) {
        return new StoreException(
                "%s is %s. Remove it, or give the right key; then log in again"
                        .formatted(store.whereabouts(key), why),
                null);
    }
}
