package dev.sidekey.oauth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;

/** Resource identifiers (RFC 8707, RFC 9728 §3.3). */
public final class ResourceIndicator {
    private ResourceIndicator() {}

    /** The canonical URI of an endpoint (R2): lower-case scheme and host, no fragment, no query. */
    public static String canonical(URI endpoint) {
        var path = Objects.requireNonNullElse(endpoint.getRawPath(), "");
        return endpoint.getScheme().toLowerCase(Locale.ROOT)
                + "://"
                + endpoint.getRawAuthority().toLowerCase(Locale.ROOT)
                + (path.equals("/") ? "" : path);
    }

    /**
     * Whether a resource covers an endpoint (P5, P6): same origin, and its path is the endpoint's
     * or a parent's, segment by segment. Queries do not count; a fragment is refused.
     */
    public static boolean covers(String resource, URI endpoint) {
        try {
            var uri = new URI(resource);
            return uri.getRawFragment() == null
                    && uri.getHost() != null
                    && sameOrigin(uri, endpoint)
                    && isBelow(segments(endpoint), segments(uri));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Whether two URLs have scheme, host and port in common. */
    public static boolean sameOrigin(URI one, URI other) {
        return one.getHost() != null
                && one.getHost().equalsIgnoreCase(other.getHost())
                && Objects.requireNonNullElse(one.getScheme(), "")
                        .equalsIgnoreCase(other.getScheme())
                && port(one) == port(other);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    private static String segments(URI uri) {
        var path = Objects.requireNonNullElse(uri.getRawPath(), "");
        return path.endsWith("/") ? path : path + "/";
    }

    private static boolean isBelow(String path, String parent) {
        return path.startsWith(parent);
    }
}
