package dev.sidekey.exchange;

import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.upstream.Origin;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * From request targets to upstreams. Safe on every thread.
 *
 * <p>The upstream named {@code default} is its whole origin at {@code /}; any other is {@code
 * /NAME} for its configured URL and {@code /NAME/PATH} for the paths of its origin.
 */
public final class Routes {
    private static final String DEFAULT = "default";

    private final Map<String, Road> named = new LinkedHashMap<>();
    private final @Nullable Road atRoot;
    private final Map<Origin, List<UpstreamConfig>> byOrigin = new LinkedHashMap<>();

    /** Of whatever thread was last: an agent asks for one path over and over. */
    private Found latest = new Found("", null);

    /** What a target was found to mean. */
    private record Found(String target, @Nullable Route route) {}

    /** A configured upstream, its URL taken apart once. */
    private record Road(UpstreamConfig upstream, Origin origin, String path, String prefix) {
        Road(UpstreamConfig upstream) {
            var prefix = upstream.name().equals(DEFAULT) ? "" : "/" + upstream.name();
            this(upstream, originOf(upstream.url()), pathOf(upstream.url()), prefix);
        }

        Route to(String path) {
            return new Route(upstream, origin, path, prefix);
        }
    }

    /** Routes to the configured upstreams. */
    public Routes(Map<String, UpstreamConfig> upstreams) {
        upstreams.forEach((name, upstream) -> named.put(name, new Road(upstream)));
        atRoot = named.remove(DEFAULT);
        for (var upstream : upstreams.values()) {
            byOrigin.computeIfAbsent(originOf(upstream.url()), _ -> new ArrayList<>())
                    .add(upstream);
        }
    }

    /** The origin of a URL, the scheme's port filled in. */
    static Origin originOf(URI url) {
        var scheme = url.getScheme().toLowerCase(Locale.ROOT);
        var host = url.getHost().toLowerCase(Locale.ROOT);
        var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        int port = url.getPort() >= 0 ? url.getPort() : scheme.equals("https") ? 443 : 80;
        return new Origin(scheme, bare, port);
    }

    /** The route of a target on Sidekey's own listener; null when there is none. */
    public @Nullable Route reverse(String target) {
        var found = latest;
        if (!found.target().equals(target)) {
            found = new Found(target, find(target));
            latest = found;
        }
        return found.route();
    }

    private @Nullable Route find(String target) {
        int end = endOfFirstSegment(target);
        var road = named.get(target.substring(1, end));
        if (road == null) {
            return atRoot == null ? null : atRoot.to(target);
        }
        var rest = target.substring(end);
        return road.to(rest.startsWith("/") ? rest : road.path() + rest);
    }

    private static int endOfFirstSegment(String target) {
        for (int i = 1; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '/' || c == '?') {
                return i;
            }
        }
        return target.length();
    }

    /** The configured path and query: {@code /NAME} and {@code /NAME?q} mean the configured URL. */
    private static String pathOf(URI url) {
        var path = Objects.requireNonNullElse(url.getRawPath(), "");
        return path.isEmpty() ? "/" : path;
    }

    /**
     * The route of an absolute-form target: of several upstreams at its origin the one whose path
     * is nearest.
     */
    public Route forward(URI url, String path) {
        var origin = originOf(url);
        @Nullable UpstreamConfig nearest = null;
        for (var candidate : byOrigin.getOrDefault(origin, List.of())) {
            if (nearest == null || isNearer(candidate, nearest, origin + path)) {
                nearest = candidate;
            }
        }
        return new Route(nearest, origin, path, null);
    }

    private static boolean isNearer(UpstreamConfig candidate, UpstreamConfig nearest, String url) {
        return url.startsWith(candidate.prefix())
                && (!url.startsWith(nearest.prefix())
                        || candidate.prefix().length() > nearest.prefix().length());
    }

    /** Whether an upstream is configured at an origin. */
    public boolean isConfigured(String scheme, String host, int port) {
        return byOrigin.containsKey(new Origin(scheme, host, port));
    }

    /** Whether two URLs are of one origin. */
    public static boolean isSameOrigin(URI one, URI other) {
        return originOf(one).equals(originOf(other));
    }

    /** Whether a Host header names the origin of a URL. */
    public static boolean isAuthorityOf(String host, URI url) {
        var origin = originOf(url);
        return host.equalsIgnoreCase(origin.authority())
                || host.equalsIgnoreCase(url.getRawAuthority());
    }

    /** For error texts: what the agent may ask for. */
    public List<String> known() {
        var routes = new ArrayList<String>();
        if (atRoot != null) {
            routes.add(atRoot.path());
        }
        named.keySet().forEach(name -> routes.add("/" + name));
        return routes;
    }
}
