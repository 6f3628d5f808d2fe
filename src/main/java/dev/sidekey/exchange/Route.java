package dev.sidekey.exchange;

import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.upstream.Origin;
import org.jspecify.annotations.Nullable;

/** Where a request goes. Safe on every thread: its URL comes out the same whoever makes it. */
public final class Route {
    private final @Nullable UpstreamConfig upstream;
    private final Origin origin;
    private final String path;
    private final @Nullable String prefix;
    private @Nullable String url;

    /**
     * A route.
     *
     * @param upstream the configured upstream; null for a host that is none
     * @param origin whom to connect to
     * @param path origin-form target there, query included, byte for byte
     * @param prefix what stands before the upstream's own paths on Sidekey's listener; null on the
     *     forward roads, where paths are the upstream's own
     */
    public Route(
            @Nullable UpstreamConfig upstream,
            Origin origin,
            String path,
            @Nullable String prefix) {
        this.upstream = upstream;
        this.origin = origin;
        this.path = path;
        this.prefix = prefix;
    }

    /** The configured upstream; null for a host that is none. */
    public @Nullable UpstreamConfig upstream() {
        return upstream;
    }

    /** Whom to connect to. */
    public Origin origin() {
        return origin;
    }

    /** Origin-form target there, query included, byte for byte. */
    public String path() {
        return path;
    }

    /** What stands before the upstream's own paths on Sidekey's listener; null elsewhere. */
    public @Nullable String prefix() {
        return prefix;
    }

    /** Whether the agent addressed Sidekey itself, not the upstream. */
    public boolean isReverse() {
        return prefix != null;
    }

    /** Whether the agent chose the host, so that the egress policy judges it. */
    public boolean isAgentsChoice() {
        return upstream == null || upstream.isImplicit();
    }

    /** The host asked for, lower case. */
    public String host() {
        return origin.host();
    }

    /** The port asked for. */
    public int port() {
        return origin.port();
    }

    /** The upstream's URL of this request; made once. */
    public String url() {
        if (url == null) {
            url = origin + path;
        }
        return url;
    }

    /** The same road to another path. */
    Route to(String otherPath) {
        return new Route(upstream, origin, otherPath, prefix);
    }

    @Override
    public String toString() {
        return url();
    }
}
