package dev.sidekey.credential;

import org.jspecify.annotations.Nullable;

/**
 * A store that cannot be read or written, or one that holds what nobody can read. The message says
 * which file or server, and what to do; it holds no secret.
 */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean passing;

    /** A message for the operator, and what lies beneath it if anything does. */
    public StoreException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private StoreException(String message, @Nullable Throwable cause, boolean passing) {
        super(message, cause);
        this.passing = passing;
    }

    /** The store gave no answer: the same may go well later, and may have been done already. */
    static StoreException unreachable(String message, @Nullable Throwable cause) {
        return new StoreException(message, cause, true);
    }

    /** Whether the same may go well later without anybody's help. */
    public boolean isPassing() {
        return passing;
    }
}
