package dev.sidekey.http2;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Heads and trailers, from HTTP objects to header fields of HTTP/2 and back (RFC 9113 §8). What
 * belongs to one connection only is left out (§8.2.2), but for {@code te: trailers}; crumbs of
 * cookies become one line (§8.2.3); targets and values pass byte for byte. A head that is malformed
 * (§8.1.1) is told by an {@link IllegalArgumentException}, as Netty's own header checks tell it.
 */
final class Http2Heads {
    private static final Set<AsciiString> OF_ONE_CONNECTION =
            Set.of(
                    AsciiString.cached("connection"),
                    AsciiString.cached("keep-alive"),
                    AsciiString.cached("proxy-connection"),
                    AsciiString.cached("transfer-encoding"),
                    AsciiString.cached("upgrade"),
                    AsciiString.cached("http2-settings"),
                    AsciiString.cached("host"));

    private Http2Heads() {}

    static Http2Headers of(HttpRequest head, AsciiString scheme) {
        var fields =
                new DefaultHttp2Headers(false)
                        .method(head.method().asciiName())
                        .scheme(scheme)
                        .path(head.uri());
        var host = head.headers().get(HttpHeaderNames.HOST);
        if (host != null) {
            fields.authority(host);
        }
        return add(head.headers(), fields);
    }

    static Http2Headers of(HttpResponse head) {
        return add(
                head.headers(), new DefaultHttp2Headers(false).status(head.status().codeAsText()));
    }

    static Http2Headers ofTrailers(HttpHeaders trailers) {
        return add(trailers, new DefaultHttp2Headers(false));
    }

    private static Http2Headers add(HttpHeaders from, Http2Headers to) {
        var lines = from.iteratorCharSequence();
        while (lines.hasNext()) {
            var line = lines.next();
            var name = AsciiString.of(line.getKey()).toLowerCase();
            var foreignTe =
                    HttpHeaderNames.TE.contentEquals(name)
                            && !HttpHeaderValues.TRAILERS.contentEquals(line.getValue());
            if (!foreignTe && !OF_ONE_CONNECTION.contains(name)) {
                to.add(name, line.getValue());
            }
        }
        return to;
    }

    /**
     * A request.
     *
     * @param ends whether it has no body
     */
    static HttpRequest request(Http2Headers fields, boolean ends) {
        if (fields.status() != null) {
            throw new IllegalArgumentException("a request has no :status");
        }
        var method = needed(fields.method(), ":method");
        needed(fields.scheme(), ":scheme");
        var path = needed(fields.path(), ":path");
        var request =
                new DefaultHttpRequest(
                        HttpVersion.HTTP_1_1,
                        HttpMethod.valueOf(method.toString()),
                        path.toString());
        fill(request.headers(), fields);
        setHost(request, fields.authority());
        if (!ends && !HttpUtil.isContentLengthSet(request)) {
            HttpUtil.setTransferEncodingChunked(request, true);
        } else if (ends && isUsuallyWithBody(request)) {
            request.headers().set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
        }
        return request;
    }

    private static CharSequence needed(@Nullable CharSequence value, String name) {
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    /** {@code :authority} stands for Host; two that differ are no one's (§8.3.1). */
    private static void setHost(HttpRequest request, @Nullable CharSequence authority) {
        var host = request.headers().get(HttpHeaderNames.HOST);
        if (authority == null) {
            needed(host, ":authority");
        } else if (host != null && !AsciiString.contentEqualsIgnoreCase(host, authority)) {
            throw new IllegalArgumentException("Host and :authority differ");
        } else {
            request.headers().set(HttpHeaderNames.HOST, authority);
        }
    }

    private static boolean isUsuallyWithBody(HttpRequest request) {
        var method = request.method();
        return !HttpUtil.isContentLengthSet(request)
                && (method.equals(HttpMethod.POST)
                        || method.equals(HttpMethod.PUT)
                        || method.equals(HttpMethod.PATCH));
    }

    /** A response; interim ones too. */
    static HttpResponse response(Http2Headers fields) {
        int status = HttpResponseStatus.parseLine(needed(fields.status(), ":status")).code();
        if (status == 101 || status > 999) {
            throw new IllegalArgumentException("HTTP/2 has no status " + status);
        }
        var response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        fill(response.headers(), fields);
        return response;
    }

    static HttpHeaders trailers(Http2Headers fields) {
        var trailers = new DefaultHttpHeaders();
        for (var field : fields) {
            if (isPseudo(field.getKey())) {
                throw new IllegalArgumentException("trailers have no " + field.getKey());
            }
            trailers.add(field.getKey(), field.getValue());
        }
        return trailers;
    }

    private static void fill(HttpHeaders headers, Http2Headers fields) {
        @Nullable StringBuilder cookies = null;
        for (var field : fields) {
            var name = field.getKey();
            if (isPseudo(name)) {
                continue;
            }
            if (HttpHeaderNames.COOKIE.contentEquals(name)) {
                cookies = cookies == null ? new StringBuilder() : cookies.append("; ");
                cookies.append(field.getValue());
            } else {
                headers.add(name, field.getValue());
            }
        }
        if (cookies != null) {
            headers.set(HttpHeaderNames.COOKIE, cookies.toString());
        }
    }

    private static boolean isPseudo(CharSequence name) {
        return !name.isEmpty() && name.charAt(0) == ':';
    }
}
