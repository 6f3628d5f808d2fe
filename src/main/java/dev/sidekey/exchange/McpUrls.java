package dev.sidekey.exchange;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sidekey.config.ImplicitUpstreams;
import dev.sidekey.config.UpstreamConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What speaks MCP on intercepted hosts of which no URL is configured: an upstream of its own for
 * each such URL. Told by the request itself and remembered, since not every request of a session
 * shows it. A request that brings its own Authorization is somebody else's. Safe on every thread.
 */
public final class McpUrls {
    private static final int MOST = 10_000;
    private static final Duration MEMORY = Duration.ofHours(12);

    private final Cache<String, UpstreamConfig> known =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterAccess(MEMORY).build();

    private final ImplicitUpstreams upstreams;

    /** Makes upstreams of the URLs that it finds. */
    public McpUrls(ImplicitUpstreams upstreams) {
        this.upstreams = upstreams;
    }

    /** The same route, to an upstream if the request is for one. */
    public Route route(HttpRequest request, Route route) {
        if (route.upstream() != null
                || request.headers().contains(HttpHeaderNames.AUTHORIZATION)
                || !PlainPath.isPlain(route.path())) {
            return route;
        }
        var upstream = upstream(request, withoutQuery(route.url()));
        return upstream == null
                ? route
                : new Route(upstream, route.origin(), route.path(), route.prefix());
    }

    private @Nullable UpstreamConfig upstream(HttpRequest request, String url) {
        var upstream = known.getIfPresent(url);
        if (upstream == null && speaksMcp(request)) {
            upstream = upstreams.named(URI.create(url));
            known.put(url, upstream);
        }
        return upstream;
    }

    private static String withoutQuery(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }

    /** An {@code Mcp-*} header, or a JSON POST that would take a stream of events in answer. */
    private static boolean speaksMcp(HttpRequest request) {
        for (var name : request.headers().names()) {
            if (name.regionMatches(true, 0, "mcp-", 0, 4)) {
                return true;
            }
        }
        return request.method().equals(HttpMethod.POST)
                && has(request, HttpHeaderNames.CONTENT_TYPE, "application/json")
                && has(request, HttpHeaderNames.ACCEPT, "text/event-stream");
    }

    private static boolean has(HttpRequest request, CharSequence header, String type) {
        for (var line : request.headers().getAll(header)) {
            if (line.toLowerCase(Locale.ROOT).contains(type)) {
                return true;
            }
        }
        return false;
    }
}
