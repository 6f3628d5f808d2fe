package dev.sidekey.exchange;

import java.util.Locale;

/**
 * Whether a path means what it says. A server may read {@code /mcp/%2e%2e/admin} as {@code /admin}:
 * such a path is forwarded as it is, but never with a token.
 */
final class PlainPath {
    private PlainPath() {}

    /** False when dots, encoded separators or empty segments could lead elsewhere. */
    static boolean isPlain(String target) {
        int query = target.indexOf('?');
        var path = (query < 0 ? target : target.substring(0, query)).toLowerCase(Locale.ROOT);
        return !path.contains("//")
                && !path.contains("/.")
                && !path.contains("\\")
                && !path.contains(";")
                && !path.contains("%2e")
                && !path.contains("%2f")
                && !path.contains("%5c");
    }
}
