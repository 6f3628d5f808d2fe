package dev.sidekey.exchange;

import dev.sidekey.authorization.BearerCredential;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Writes the head that goes upstream (2.2 rules 5 and 6). The agent's own head is left as it came.
 */
final class RequestHeaders {
    static final AsciiString SIDEKEY_TOKEN = AsciiString.cached("sidekey-token");
    private static final AsciiString DPOP = AsciiString.cached("dpop");

    /** The agent's headers were judged when they were read, tokens and addresses when they came. */
    private static final HttpHeadersFactory KNOWN_GOOD =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    private RequestHeaders() {}

    /**
     * The head of an attempt.
     *
     * @param acting whether Sidekey speaks for the agent there: then the agent's own Authorization,
     *     proof, Cookie and Origin stay behind
     * @param credential what to show; null to show nothing
     */
    static HttpRequest write(
            HttpRequest request,
            Route route,
            boolean acting,
            @Nullable BearerCredential credential) {
        var own = KNOWN_GOOD.newHeaders().add(request.headers());
        var head =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, request.method(), route.path(), own);
        HopByHopHeaders.strip(head);
        if (!acting && asksToSwitch(request)) {
            HopByHopHeaders.keepUpgrade(head, request.headers().get(HttpHeaderNames.UPGRADE));
        }
        var headers = head.headers();
        if (request.headers().containsValue(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS, true)) {
            // gRPC servers insist on it; HTTP/1.1 upstreams do not get it
            headers.set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
        }
        headers.set(HttpHeaderNames.HOST, route.origin().authority());
        headers.remove(SIDEKEY_TOKEN);
        headers.remove(HttpHeaderNames.EXPECT);
        if (acting || route.isReverse()) {
            headers.remove(HttpHeaderNames.AUTHORIZATION);
            headers.remove(HttpHeaderNames.COOKIE);
            headers.remove(HttpHeaderNames.ORIGIN);
            headers.remove(DPOP);
        }
        if (credential != null) {
            credential.present(request.method().name(), route.url(), headers::set);
        }
        return head;
    }

    /** Whether the agent asks for WebSocket or the like (RFC 9110 §7.8). */
    private static boolean asksToSwitch(HttpRequest request) {
        return request.headers().contains(HttpHeaderNames.UPGRADE)
                && request.headers()
                        .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
    }
}
