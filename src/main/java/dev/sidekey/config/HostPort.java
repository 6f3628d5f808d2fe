package dev.sidekey.config;

/**
 * A host and a port, not resolved.
 *
 * @param host name or IP literal, an IPv6 one without brackets
 * @param port 0 to 65535; 0 lets the system choose, where that makes sense
 */
public record HostPort(String host, int port) {

    /** The form for a URL's authority: IPv6 literals in brackets. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
