package dev.sidekey.exchange;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Headers that end at each hop (RFC 9110 §7.6.1): the fixed ones, and those named in Connection.
 */
final class HopByHopHeaders {
    /** An array, since a list makes an iterator for each head. */
    private static final AsciiString[] FIXED = {
        HttpHeaderNames.CONNECTION,
        AsciiString.cached("keep-alive"),
        AsciiString.cached("proxy-connection"),
        HttpHeaderNames.PROXY_AUTHENTICATE,
        HttpHeaderNames.PROXY_AUTHORIZATION,
        HttpHeaderNames.TE,
        HttpHeaderNames.UPGRADE,
        AsciiString.cached("http2-settings")
    };

    private static final List<AsciiString> NEVER_IN_TRAILERS =
            List.of(
                    HttpHeaderNames.AUTHORIZATION,
                    RequestHeaders.SIDEKEY_TOKEN,
                    HttpHeaderNames.COOKIE,
                    HttpHeaderNames.SET_COOKIE,
                    HttpHeaderNames.WWW_AUTHENTICATE,
                    HttpHeaderNames.HOST,
                    HttpHeaderNames.CONTENT_LENGTH,
                    HttpHeaderNames.TRANSFER_ENCODING,
                    HttpHeaderNames.TRAILER);

    private HopByHopHeaders() {}

    /** Takes them out of a head and keeps its framing. */
    static void strip(HttpMessage head) {
        var chunked = HttpUtil.isTransferEncodingChunked(head);
        strip(head.headers());
        head.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
        if (chunked) {
            HttpUtil.setTransferEncodingChunked(head, true);
        }
    }

    /** Puts back the one hop-by-hop header that goes on, where it may. */
    static void keepUpgrade(HttpMessage head, @Nullable String protocol) {
        if (protocol != null && !protocol.toLowerCase(Locale.ROOT).contains("h2c")) {
            head.headers()
                    .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                    .set(HttpHeaderNames.UPGRADE, protocol);
        }
    }

    private static void strip(HttpHeaders headers) {
        if (headers.contains(HttpHeaderNames.CONNECTION)) {
            stripNamed(headers);
        }
        for (var name : FIXED) {
            headers.remove(name);
        }
    }

    private static void stripNamed(HttpHeaders headers) {
        for (var line : headers.getAll(HttpHeaderNames.CONNECTION)) {
            for (var name : line.split(",", -1)) {
                if (!name.isBlank()) {
                    headers.remove(name.strip());
                }
            }
        }
    }

    /**
     * Whether Connection names a header that frames or routes the message: an attack, not a wish.
     */
    static boolean removesFraming(HttpHeaders headers) {
        for (var line : headers.getAll(HttpHeaderNames.CONNECTION)) {
            for (var name : line.split(",", -1)) {
                var lower = name.strip().toLowerCase(Locale.ROOT);
                if (lower.equals("content-length")
                        || lower.equals("transfer-encoding")
                        || lower.equals("host")) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Takes out of trailers what may only stand in a head: credentials, framing, routing. */
    static void stripTrailers(HttpHeaders trailers) {
        if (trailers.isEmpty()) {
            return;
        }
        strip(trailers);
        for (var name : NEVER_IN_TRAILERS) {
            trailers.remove(name);
        }
    }
}
