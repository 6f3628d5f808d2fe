package dev.sidekey.upstream;

import dev.sidekey.upstream.AttemptFailure.Kind;
import javax.net.ssl.SSLException;

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

    /** What a failed connect means: of the request, nothing has been sent. */
    static AttemptFailure toAttemptFailure(Throwable cause) {
        var kind =
                switch (cause) {
                    case ConnectFailure failure -> failure.kind();
                    case SSLException _ -> Kind.TLS;
                    default -> Kind.CONNECT;
                };
        return new AttemptFailure(kind, String.valueOf(cause.getMessage()), false, true);
    }
}
