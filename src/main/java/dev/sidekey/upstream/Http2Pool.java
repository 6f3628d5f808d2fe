package dev.sidekey.upstream;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/2 connections of one event loop, by origin. One is enough for most; another is made
 * where the upstream allows no more streams. Confined to that loop: no lock.
 */
final class Http2Pool {
    /** However many hosts there are; those with streams are closed for none. */
    static final int MOST = 256;

    /** The origin that was used last comes last. */
    private final Map<Origin, List<Http2Connection>> connections =
            new LinkedHashMap<>(16, 0.75f, true);

    private final ConnectionCounts counts;
    private int size;

    Http2Pool(ConnectionCounts counts) {
        this.counts = counts;
    }

    /** A connection that takes another request, or null. */
    @Nullable Http2Connection withRoom(Origin origin) {
        var known = connections.get(origin);
        if (known != null) {
            for (var connection : known) {
                if (connection.hasRoom()) {
                    return connection;
                }
            }
        }
        return null;
    }

    /** Keeps a connection for requests to come. */
    void add(Http2Connection connection) {
        counts.open().increment();
        connection.channel().closeFuture().addListener(_ -> counts.open().decrement());
        connections.computeIfAbsent(connection.origin(), _ -> new ArrayList<>(1)).add(connection);
        size++;
        if (size > MOST) {
            var unused = longestUnused();
            if (unused != null && unused != connection) {
                unused.leave();
            }
        }
    }

    private @Nullable Http2Connection longestUnused() {
        for (var known : connections.values()) {
            for (var connection : known) {
                if (connection.isIdle()) {
                    return connection;
                }
            }
        }
        return null;
    }

    /** Forgets a connection that is closed or leaving. */
    void remove(Http2Connection connection) {
        var known = connections.get(connection.origin());
        if (known != null && known.remove(connection)) {
            size--;
            if (known.isEmpty()) {
                connections.remove(connection.origin());
            }
        }
    }
}
