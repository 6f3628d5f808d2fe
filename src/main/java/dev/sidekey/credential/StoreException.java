package dev.sidekey.credential;

import org.jspecify.annotations.Nullable;

/**
 * A store that cannot be read or written, or one that holds what nobody can read. The message says
 * which file or server, and what to do; it holds no secret.
 */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A message for the operator, and what lies beneath it if anything does. */
    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
