package dev.sidekey.admin;

import dev.sidekey.oauth.Secret;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An admin request, taken out of Netty's hands so that it may be answered on another thread.
 *
 * @param method HTTP method
 * @param path decoded path
 * @param query decoded query; of a repeated name the first
 * @param host the Host header, empty when there is none
 * @param cookie the Cookie header, empty when there is none
 * @param bearer the admin token shown, or null
 * @param fromBrowserPage whether another web page may have caused it: it carries an Origin
 * @param marked whether it carries {@code Sidekey-Admin}, which no web page can send unasked
 * @param forwarded whether it came through another proxy
 * @param peer who connected
 * @param body the whole body, bounded
 */
record AdminRequest(
        String method,
        String path,
        Map<String, String> query,
        String host,
        String cookie,
        @Nullable Secret bearer,
        boolean fromBrowserPage,
        boolean marked,
        boolean forwarded,
        InetAddress peer,
        String body) {

    static AdminRequest of(FullHttpRequest request, InetAddress peer) {
        var headers = request.headers();
        var target = new QueryStringDecoder(request.uri(), StandardCharsets.UTF_8);
        var query = new LinkedHashMap<String, String>();
        target.parameters().forEach((name, values) -> query.put(name, values.getFirst()));
        return new AdminRequest(
                request.method().name(),
                target.path(),
                query,
                headers.get(HttpHeaderNames.HOST, ""),
                headers.get(HttpHeaderNames.COOKIE, ""),
                bearer(headers.get(HttpHeaderNames.AUTHORIZATION)),
                headers.contains(HttpHeaderNames.ORIGIN),
                headers.contains("sidekey-admin"),
                headers.contains("forwarded") || headers.contains("x-forwarded-for"),
                peer,
                request.content().toString(StandardCharsets.UTF_8));
    }

    private static @Nullable Secret bearer(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return null;
        }
        return Secret.of(authorization.substring(7).strip());
    }
}
