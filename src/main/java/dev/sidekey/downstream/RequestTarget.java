package dev.sidekey.downstream;

import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The four forms of a request target (RFC 9112 §3.2). */
sealed interface RequestTarget {

    /** A path and query on Sidekey itself. */
    record OriginForm(String target) implements RequestTarget {}

    /**
     * A whole URL, asked of a proxy.
     *
     * @param url parsed, for its origin
     * @param target its path and query byte for byte
     */
    record AbsoluteForm(URI url, String target) implements RequestTarget {}

    /** A host and port, for CONNECT. */
    record AuthorityForm(Authority authority) implements RequestTarget {}

    /** None of these. */
    record Malformed(String why) implements RequestTarget {}

    /** Reads a request line's target. */
    static RequestTarget of(HttpMethod method, String target) {
        if (method.equals(HttpMethod.CONNECT)) {
            var authority = Authority.parse(target);
            return authority == null
                    ? new Malformed("CONNECT needs HOST:PORT, with a port from 1 to 65535")
                    : new AuthorityForm(authority);
        }
        if (target.startsWith("/")) {
            return hasOnlyVisible(target) ? new OriginForm(target) : malformed();
        }
        if (target.equals("*")) {
            return new Malformed("OPTIONS * is not served");
        }
        return absolute(target);
    }

    private static RequestTarget absolute(String target) {
        try {
            var url = new URI(target);
            var scheme = Objects.requireNonNullElse(url.getScheme(), "");
            var http = scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
            if (!http
                    || url.getHost() == null
                    || url.getRawUserInfo() != null
                    || url.getPort() > 65_535) {
                return malformed();
            }
            var path = pathOf(target);
            return path == null || !hasOnlyVisible(path)
                    ? malformed()
                    : new AbsoluteForm(url, path);
        } catch (URISyntaxException e) {
            return malformed();
        }
    }

    /** What follows the authority, byte for byte; {@code /} when nothing does. */
    private static @Nullable String pathOf(String target) {
        int authority = target.indexOf("://") + 3;
        for (int i = authority; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '/') {
                return target.substring(i);
            }
            if (c == '?') {
                return "/" + target.substring(i);
            }
            if (c == '#') {
                return null;
            }
        }
        return "/";
    }

    private static boolean hasOnlyVisible(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= 0x20 || c >= 0x7f || c == '#') {
                return false;
            }
        }
        return true;
    }

    private static Malformed malformed() {
        return new Malformed("the request target is malformed");
    }
}
