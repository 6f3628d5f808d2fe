package dev.sidekey.certificate;

import org.jspecify.annotations.Nullable;

/** A CA that cannot be read, made or used for a host. The message says what to do. */
public final class AuthorityException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AuthorityException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
