package dev.sidekey.downstream;

import dev.sidekey.address.HostLiteral;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The host and port that a CONNECT names (RFC 9112 §3.2.3), read strictly: what two readers could
 * take for two hosts or two ports is none.
 *
 * @param host lower case; an IPv6 literal without brackets; no final dot
 * @param port 1 to 65535
 */
record Authority(String host, int port) {
    private static final int LONGEST_HOST = 253;
    private static final int LONGEST_LABEL = 63;
    private static final int HIGHEST_PORT = 65_535;

    /** Reads {@code host:port} or {@code [IPv6]:port}; null for everything else. */
    static @Nullable Authority parse(String text) {
        int colon = text.lastIndexOf(':');
        int port = colon < 0 ? -1 : port(text, colon + 1);
        if (port < 1) {
            return null;
        }
        var host = text.substring(0, colon).toLowerCase(Locale.ROOT);
        var bare = host.startsWith("[") ? literal(host) : name(host);
        return bare == null ? null : new Authority(bare, port);
    }

    /** One to five digits, and nothing that only a lenient parser takes for a number. */
    private static int port(String text, int from) {
        if (from == text.length() || text.length() - from > 5) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value > HIGHEST_PORT ? -1 : value;
    }

    private static @Nullable String literal(String host) {
        var inner = host.endsWith("]") ? host.substring(1, host.length() - 1) : "";
        return inner.indexOf(':') >= 0 && inner.indexOf('%') < 0 && HostLiteral.parse(inner) != null
                ? inner
                : null;
    }

    private static @Nullable String name(String host) {
        var bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (bare.isEmpty() || bare.length() > LONGEST_HOST) {
            return null;
        }
        int label = 0;
        for (int i = 0; i < bare.length(); i++) {
            char c = bare.charAt(i);
            label = c == '.' ? 0 : label + 1;
            var empty = c == '.' && (i == 0 || bare.charAt(i - 1) == '.');
            if (empty || label > LONGEST_LABEL || !isNameCharacter(c)) {
                return null;
            }
        }
        return bare;
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    }
}
