package dev.sidekey.credential;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One entry as a store holds it.
 *
 * @param key its name
 * @param version above 0, greater with each write and never given twice in one store: not even to
 *     an entry that was removed and written anew, so that a late writer cannot mistake one for the
 *     other
 * @param value sealed
 * @param expiresAt when the store forgets it; null means never
 */
public record Entry(EntryKey key, long version, SealedValue value, @Nullable Instant expiresAt) {

    /** Whether its time is over: every store then answers as if it were not there. */
    public boolean expired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }
}
