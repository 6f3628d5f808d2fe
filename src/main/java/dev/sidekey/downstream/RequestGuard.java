package dev.sidekey.downstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request must not be, whoever it is for: ambiguous in its framing or its host. Such a
 * request is answered 400 and its connection closed; nothing of it is forwarded.
 */
final class RequestGuard {
    private static final Set<String> FRAMING =
            Set.of("content-length", "transfer-encoding", "host");

    private RequestGuard() {}

    /**
     * A refusal.
     *
     * @param status HTTP status
     * @param why for the agent's developer
     */
    record Refused(int status, String why) {}

    /** The refusal of a malformed or ambiguous request, or null. */
    static @Nullable Refused refusal(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return unreadable(request.decoderResult().cause());
        }
        var version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return new Refused(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
        }
        var hosts = count(request.headers().valueCharSequenceIterator(HttpHeaderNames.HOST));
        if (hosts > 1 || (hosts == 0 && version.equals(HttpVersion.HTTP_1_1))) {
            return new Refused(400, "exactly one Host header is needed");
        }
        return framing(request);
    }

    private static @Nullable Refused framing(HttpRequest request) {
        var framed =
                HttpUtil.isTransferEncodingChunked(request)
                        || request.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
        if (framed && request.method().equals(HttpMethod.CONNECT)) {
            return new Refused(400, "a CONNECT has no body (RFC 9110 §9.3.6)");
        }
        if (request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            var codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
            if (codings.size() > 1 || !codings.getFirst().strip().equalsIgnoreCase("chunked")) {
                return new Refused(501, "the only transfer coding known is chunked");
            }
            if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
                return new Refused(400, "HTTP/1.0 has no transfer codings");
            }
        }
        return request.headers().contains(HttpHeaderNames.CONNECTION) ? connection(request) : null;
    }

    private static @Nullable Refused connection(HttpRequest request) {
        for (var line : request.headers().getAll(HttpHeaderNames.CONNECTION)) {
            for (var name : line.split(",", -1)) {
                if (FRAMING.contains(name.strip().toLowerCase(Locale.ROOT))) {
                    return new Refused(400, "Connection must not name " + name.strip());
                }
            }
        }
        return null;
    }

    private static int count(Iterator<?> values) {
        int count = 0;
        while (values.hasNext()) {
            values.next();
            count++;
        }
        return count;
    }

    private static Refused unreadable(Throwable cause) {
        if (cause instanceof TooLongHttpHeaderException) {
            return new Refused(431, "the header is longer than limits.header");
        }
        if (cause instanceof TooLongHttpLineException) {
            return new Refused(414, "the request line is longer than limits.header");
        }
        return new Refused(400, "this is not well-formed HTTP: " + cause.getMessage());
    }
}
