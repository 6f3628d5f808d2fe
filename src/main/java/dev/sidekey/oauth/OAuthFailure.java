package dev.sidekey.oauth;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a server could not be asked, or said nothing that can be used.
 *
 * @param kind what went wrong
 * @param message for people: names host and path, and the configuration key that helps; no query,
 *     no secret
 * @param transientFailure whether the same request may succeed later (E12)
 * @param retryAfter what the server asked for; null when it did not
 */
public record OAuthFailure(
        Kind kind, String message, boolean transientFailure, @Nullable Duration retryAfter) {

    /** What went wrong. */
    public enum Kind {
        /** X1, X2: an address that must not be connected to. */
        REFUSED_ADDRESS,
        /** A9: plain http where it is not allowed. */
        INSECURE_URL,
        /** The name does not resolve. */
        UNKNOWN_HOST,
        /** No connection. */
        CONNECT,
        /** The certificate or the handshake. */
        TLS,
        /** No answer within the limit. */
        TIMEOUT,
        /** A longer answer than anybody needs. */
        TOO_LARGE,
        /** A redirect where none may be followed (E19). */
        REDIRECT,
        /** A status that says neither yes nor no. */
        HTTP_STATUS,
        /** Not the kind of document expected. */
        NOT_JSON
    }
}
