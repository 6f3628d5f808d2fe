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
 * From request targets to upstreams. Immutable.
 *
 * <p>The upstream named {@code default} is its whole origin at {@code /}; any other is {@code
 * /NAME} for its configured URL and {@code /NAME/PATH} for the paths of its origin.
 */
public final class Routes {
    private static final String DEFAULT = "default";

    private final Map<String, UpstreamConfig> named;
    private final @Nullable UpstreamConfig atRoot;
    private final Map<Origin, List<UpstreamConfig>> byOrigin = new LinkedHashMap<>();

    /** Routes to the configured upstreams. */
    public Routes(Map<String, UpstreamConfig> upstreams) {
        named = new LinkedHashMap<>(upstreams);
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
        int end = endOfFirstSegment(target);
        var upstream = named.get(target.substring(1, end));
        if (upstream == null) {
            return atRoot == null ? null : new Route(atRoot, originOf(atRoot.url()), target, "");
        }
        var prefix = "/" + upstream.name();
        var rest = target.substring(end);
        var path = rest.startsWith("/") ? rest : pathOf(upstream.url()) + rest;
        return new Route(upstream, originOf(upstream.url()), path, prefix);
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
            routes.add(pathOf(atRoot.url()));
        }
        named.keySet().forEach(name -> routes.add("/" + name));
        return routes;
    }
}
