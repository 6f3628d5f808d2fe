package dev.sidekey.credential;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where sealed, versioned entries live; knows nothing of OAuth and cannot read what it keeps.
 *
 * <p>Safe on every thread and, but for {@link MemoryStore}, among all processes that open the same
 * place (E14). Every method may block: call it on a virtual thread. A write is durable when its
 * method returns; a process that dies within one leaves the old entry or the new one (E10, E17).
 * Whatever cannot be read or written is a {@link StoreException}.
 */
public interface CredentialStore extends AutoCloseable {

    /**
     * The entry as it is now, or null when there is none or its time is over.
     *
     * @throws StoreException also when this entry is damaged; others are still readable then
     */
    @Nullable Entry load(EntryKey key);

    /** All entries of a kind, in no order. A damaged one is left out, and logged with its place. */
    List<Entry> list(Kind kind);

    /**
     * Writes an entry if it still has the version that the caller saw.
     *
     * @param expectedVersion 0 when there must be none
     * @param expiresAt when the entry is to be forgotten; null means never
     * @param fence where given, the write is refused once this lease was released or taken over: a
     *     paused holder that wakes late overwrites nothing. A lease whose time is over but which
     *     nobody took still writes, so that slowness alone loses no rotated token (E16).
     * @return the entry as it now is, or null when another writer was first
     */
    @Nullable Entry compareAndReplace(
            EntryKey key,
            long expectedVersion,
            SealedValue value,
            @Nullable Instant expiresAt,
            @Nullable Lease fence);

    /**
     * Puts the same, sealed anew, in the place of an entry that still has its version. The version
     * stays, so that no writer loses to this, and nobody is told.
     *
     * @return whether it was done
     */
    boolean reseal(Entry entry, SealedValue value);

    /**
     * Removes an entry if it still has the version that the caller saw: a loser never deletes the
     * winner's record (E14).
     *
     * @param fence as for {@link #compareAndReplace}
     * @return whether it was removed
     */
    boolean remove(EntryKey key, long expectedVersion, @Nullable Lease fence);

    /** Removes an entry and returns it, to one caller only; null when there is none. */
    @Nullable Entry take(EntryKey key);

    /**
     * Asks for a lease, without waiting. It is not reentrant: the same process is refused as well.
     *
     * @param ttl how long others wait for a holder that gives no sign; it may end earlier where the
     *     store can see that the holder died
     * @return null when another holds it
     */
    @Nullable Lease acquire(String name, Duration ttl);

    /** Begins the time of a lease anew. False when it was released or taken over meanwhile. */
    boolean renew(Lease lease, Duration ttl);

    /** Gives a lease back. Without effect when it was taken over meanwhile. */
    void release(Lease lease);

    /**
     * Tells of entries written or removed by anybody, soon after. Notices may be lost or come
     * twice: whoever caches compares versions as well.
     *
     * @param changed called on any thread, one at a time; should return soon and must not fail
     * @return ends the watch
     */
    default Watch watch(Consumer<EntryKey> changed) {
        return watch(changed, () -> {});
    }

    /**
     * As above.
     *
     * @param missed called likewise where notices are known to have been lost: anything may have
     *     changed; called again later when it throws a {@link StoreException}
     */
    Watch watch(Consumer<EntryKey> changed, Runnable missed);

    /**
     * Why the store could not be used when it was last asked; null when it could. From memory:
     * never blocks.
     */
    default @Nullable String trouble() {
        return null;
    }

    /** Where an entry lies, for messages to the operator. */
    String whereabouts(EntryKey key);

    @Override
    void close();

    /** A watch that goes on until it is closed. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
