package dev.sidekey.upstream;

import dev.sidekey.upstream.AttemptFailure.Kind;

/** No connection. Without a stack trace: it is an expected outcome, told by its message. */
final class ConnectFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    ConnectFailure(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
