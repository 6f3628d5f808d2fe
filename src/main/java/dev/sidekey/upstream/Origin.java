package dev.sidekey.upstream;

/**
 * Where connections go: scheme, host and port of a URL.
 *
 * @param scheme http or https
 * @param host as in the URL, lower case, an IPv6 literal without brackets
 * @param port the port, the scheme's default filled in
 */
public record Origin(String scheme, String host, int port) {

    /** Whether the connection speaks TLS. */
    public boolean isSecure() {
        return scheme.equals("https");
    }

    /** The Host header: the port is left out when it is the scheme's own. */
    public String authority() {
        var literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (isSecure() ? 443 : 80) ? literal : literal + ":" + port;
    }

    /** The form of a URL without path. */
    @Override
    public String toString() {
        return scheme + "://" + authority();
    }
}
