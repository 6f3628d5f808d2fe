package dev.sidekey.config;

import org.jspecify.annotations.Nullable;

/**
 * A host and a port, not resolved.
 *
 * @param host name or IP literal, an IPv6 one without brackets
 * @param port 0 to 65535; 0 lets the system choose, where that makes sense
 */
public record HostPort(String host, int port) {

    // Written out, as in Slot: what a record has by itself is linked anew at each start, no cache
    // keeps it, and takes as long as a thousand classes that are in the cache.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HostPort that && port == that.port && host.equals(that.host);
    }

    @Override
    public int hashCode() {
        return 31 * host.hashCode() + port;
    }

    /** The form for a URL's authority: IPv6 literals in brackets. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
