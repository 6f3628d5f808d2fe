package dev.sidekey.authorization;

/** Segment-wise prefixes of URLs, compared as strings: the hot path parses no URL. */
final class UrlPrefix {
    private UrlPrefix() {}

    /**
     * Whether a URL equals a prefix or lies below it: {@code https://h/mcp} covers {@code
     * https://h/mcp/x} and {@code https://h/mcp?q}, not {@code https://h/mcpx}.
     *
     * @param prefix without query; one final slash is not significant
     */
    static boolean covers(String prefix, String url) {
        int length = prefix.endsWith("/") ? prefix.length() - 1 : prefix.length();
        if (!url.regionMatches(0, prefix, 0, length)) {
            return false;
        }
        if (url.length() == length) {
            return true;
        }
        char next = url.charAt(length);
        return next == '/' || next == '?' || next == '#';
    }
}
