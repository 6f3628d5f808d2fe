package dev.sidekey.seal;

import org.jspecify.annotations.Nullable;

/**
 * A key that is none, or bytes that do not open. The message says what to do; it holds no secret.
 */
public final class SealException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A message for the operator, and what lies beneath it if anything does. */
    public SealException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
