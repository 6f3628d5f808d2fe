package dev.sidekey.credential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one kind of record becomes JSON and comes back: the plain text under the seal. Reading
 * ignores members that it does not know, so that an older Sidekey reads what a newer one wrote.
 *
 * @param <K> names a record
 * @param <T> the record
 */
interface Codec<K, T> {

    Kind kind();

    /** The id of the entry: never the same for two keys, and no secret. */
    String id(K key);

    K key(T value);

    /** When the store may forget it; null means never. */
    @Nullable Instant expiresAt(T value);

    ObjectNode write(T value);

    /** Fails with any exception where the JSON is not what {@link #write} gave. */
    T read(JsonNode json);
}
