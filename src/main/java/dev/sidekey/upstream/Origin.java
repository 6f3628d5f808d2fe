package dev.sidekey.upstream;

import org.jspecify.annotations.Nullable;

/**
 * Where connections go: scheme, host and port of a URL. Immutable; its texts are made once, since
 * every request asks for them.
 */
public final class Origin {
    private final String scheme;
    private final String host;
    private final int port;
    private final String authority;
    private final String text;
    private final int hash;

    /**
     * An origin.
     *
     * @param scheme http or https
     * @param host as in the URL, lower case, an IPv6 literal without brackets
     * @param port the port, the scheme's default filled in
     */
    public Origin(String scheme, String host, int port) {
        this.scheme = scheme;
        this.host = host;
        this.port = port;
        var literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        this.authority = port == (isSecure() ? 443 : 80) ? literal : literal + ":" + port;
        this.text = scheme + "://" + authority;
        this.hash = text.hashCode();
    }

    /** http or https. */
    public String scheme() {
        return scheme;
    }

    /** Lower case, an IPv6 literal without brackets. */
    public String host() {
        return host;
    }

    /** The port, never left out. */
    public int port() {
        return port;
    }

    /** Whether the connection speaks TLS. */
    public boolean isSecure() {
        return scheme.equals("https");
    }

    /** The Host header: the port is left out when it is the scheme's own. */
    public String authority() {
        return authority;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Origin origin && text.equals(origin.text));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** The form of a URL without path. */
    @Override
    public String toString() {
        return text;
    }
}
