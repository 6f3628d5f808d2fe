package dev.sidekey.exchange;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * The redirects of one exchange that Sidekey follows for the agent (2.2 rule 8): within the
 * upstream's origin, with method and body kept. A client sent past Sidekey would arrive without a
 * token.
 */
final class Redirects {
    private static final int MOST = 3;

    private final HttpMethod method;
    private int followed;

    Redirects(HttpMethod method) {
        this.method = method;
    }

    /** Where to go next; null when the response is not to be followed. */
    @Nullable Route next(HttpResponse head, Route route) {
        int status = head.status().code();
        var keepsMethod = status == 307 || status == 308;
        var reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        var follows = keepsMethod || (reads && (status == 301 || status == 302 || status == 303));
        var location = head.headers().get(HttpHeaderNames.LOCATION);
        if (!follows || location == null || followed == MOST) {
            return null;
        }
        followed++;
        var path = ResponseHeaders.pathAtOrigin(location, route);
        return path == null ? null : route.to(path);
    }
}
