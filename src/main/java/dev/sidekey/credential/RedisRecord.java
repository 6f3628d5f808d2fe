package dev.sidekey.credential;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One entry as Redis holds it, in a form that a script can read as well: {@code 1 VERSION END}, a
 * line feed, the value. END is in milliseconds, empty for never.
 */
final class RedisRecord {
    private static final String FORMAT = "1";
    private static final int LONGEST_HEAD = 64;

    private RedisRecord() {}

    /** How a record spells an end. */
    static String end(@Nullable Instant expiresAt) {
        return expiresAt == null ? "" : "" + expiresAt.toEpochMilli();
    }

    /** The entry of a record; null when it is none. */
    static @Nullable Entry read(EntryKey key, byte[] record) {
        int head = 0;
        while (head < record.length && head < LONGEST_HEAD && record[head] != '\n') {
            head++;
        }
        var parts = new String(record, 0, head, StandardCharsets.US_ASCII).split(" ", -1);
        if (head == record.length || parts.length != 3 || !parts[0].equals(FORMAT)) {
            return null;
        }
        try {
            var ends = parts[2].isEmpty() ? null : Instant.ofEpochMilli(Long.parseLong(parts[2]));
            var value = SealedValue.of(Arrays.copyOfRange(record, head + 1, record.length));
            return new Entry(key, Long.parseLong(parts[1]), value, ends);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
