package dev.sidekey.credential;

/**
 * Names one entry of a store.
 *
 * @param kind what it is
 * @param id opaque, compared byte for byte; readable in the store, so never a secret itself
 */
public record EntryKey(Kind kind, String id) {

    /** For messages and logs: the kind and the id, neither of which is secret. */
    @Override
    public String toString() {
        return kind.label() + " " + id;
    }
}
