package dev.sidekey.exchange;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Writes the head that goes to the agent: the upstream's own, but for what ends at this hop. */
final class ResponseHeaders {
    /** For whoever writes the proofs, and that is Sidekey (RFC 9449 §9). */
    static final AsciiString DPOP_NONCE = AsciiString.cached("dpop-nonce");

    private ResponseHeaders() {}

    /**
     * The relayed head.
     *
     * @param acting whether Sidekey speaks for the agent there: then no challenge and no nonce
     *     reaches the agent, which would begin an OAuth flow of its own against Sidekey (2.2 rule
     *     9)
     */
    static HttpResponse write(HttpResponse upstream, Route route, boolean acting) {
        var head =
                new DefaultHttpResponse(
                        HttpVersion.HTTP_1_1, upstream.status(), upstream.headers());
        HopByHopHeaders.strip(head);
        var headers = head.headers();
        if (acting || route.isReverse()) {
            headers.remove(HttpHeaderNames.WWW_AUTHENTICATE);
            headers.remove("x-amzn-remapped-www-authenticate");
            headers.remove(DPOP_NONCE);
        }
        var location =
                route.isReverse() ? mapped(headers.get(HttpHeaderNames.LOCATION), route) : null;
        if (location != null) {
            headers.set(HttpHeaderNames.LOCATION, location);
        }
        return head;
    }

    /** The relayed head of a 101: what it switches to is no matter of one hop. */
    static HttpResponse switching(HttpResponse upstream, Route route) {
        var protocol = upstream.headers().get(HttpHeaderNames.UPGRADE);
        var head = write(upstream, route, false);
        HopByHopHeaders.keepUpgrade(head, protocol);
        return head;
    }

    /** A redirect within the upstream stays within Sidekey: its path, below the route's prefix. */
    private static @Nullable String mapped(@Nullable String location, Route route) {
        var path = location == null ? null : pathAtOrigin(location, route);
        return path == null ? null : route.prefix() + path;
    }

    /**
     * The origin-form target that a Location names at the route's own origin; null for elsewhere.
     */
    static @Nullable String pathAtOrigin(String location, Route route) {
        try {
            var target = URI.create(route.url()).resolve(location);
            if (target.getHost() == null || !Routes.originOf(target).equals(route.origin())) {
                return null;
            }
            var path =
                    target.getRawPath() == null || target.getRawPath().isEmpty()
                            ? "/"
                            : target.getRawPath();
            return target.getRawQuery() == null ? path : path + "?" + target.getRawQuery();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
