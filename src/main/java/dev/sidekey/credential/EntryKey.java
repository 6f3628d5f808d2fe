package dev.sidekey.credential;

import org.jspecify.annotations.Nullable;

/**
 * Names one entry of a store.
 *
 * @param kind what it is
 * @param id opaque, compared byte for byte; readable in the store, so never a secret itself
 */
public record EntryKey(Kind kind, String id) {

    // Written out for the sake of the start, as in HostPort.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EntryKey that && kind == that.kind && id.equals(that.id);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + id.hashCode();
    }

    /** For messages and logs: the kind and the id, neither of which is secret. */
    @Override
    public String toString() {
        return kind.label() + " " + id;
    }
}
