package dev.sidekey.upstream;

/**
 * Why an attempt failed.
 *
 * @param kind what went wrong
 * @param message for people: names the upstream, no secret
 * @param reused whether the connection had served another request before
 * @param nothingSent whether not one byte of the request can have reached the upstream, so that any
 *     method may be tried again
 */
public record AttemptFailure(Kind kind, String message, boolean reused, boolean nothingSent) {

    /** What went wrong. */
    public enum Kind {
        /** The name does not resolve. */
        UNKNOWN_HOST,
        /** The address policy refuses it. */
        REFUSED_ADDRESS,
        /** No connection within the time limit, or refused. */
        CONNECT,
        /** The certificate or the handshake. */
        TLS,
        /**
         * The upstream says that it has not begun with it (RFC 9113 §8.7): any method may go again.
         */
        REFUSED,
        /** The connection ended before the response was complete. */
        CLOSED,
        /** The response head did not come in time. */
        TIMEOUT,
        /** The upstream does not speak HTTP. */
        PROTOCOL
    }
}
