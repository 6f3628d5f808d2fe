package dev.sidekey.upstream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/2 connections of one event loop, by origin. One is enough for most; another is made
 * where the upstream allows no more streams. Confined to that loop: no lock.
 */
final class Http2Pool {
    private final Map<Origin, List<Http2Connection>> connections = new HashMap<>();
    private final ConnectionCounts counts;

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
    }

    /** Forgets a connection that is closed or leaving. */
    void remove(Http2Connection connection) {
        var known = connections.get(connection.origin());
        if (known != null && known.remove(connection) && known.isEmpty()) {
            connections.remove(connection.origin());
        }
    }
}
