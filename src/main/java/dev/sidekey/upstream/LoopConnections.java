package dev.sidekey.upstream;

import dev.sidekey.upstream.AttemptFailure.Kind;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;

/**
 * Finds a connection for each attempt of one event loop: a stream of an HTTP/2 connection that
 * stands, an idle HTTP/1.1 connection, or a new one. While it is not known what an origin speaks,
 * those who come meanwhile wait for the first connection, since they may be able to share it.
 * Confined to its loop: no lock.
 */
final class LoopConnections {
    private static final int MOST_REMEMBERED = 1_000;

    private final EventLoop loop;
    private final Connector connector;
    private final Connector http1Connector;
    private final ResponseDeadlines deadlines;
    private final ConnectionPool http1;
    private final Http2Pool http2;
    private final Map<Origin, Queue<PooledAttempt>> waiting = new HashMap<>();
    private final Map<Origin, Boolean> speaksHttp1 =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Origin, Boolean> eldest) {
                    return size() > MOST_REMEMBERED;
                }
            };

    /**
     * @param connector offers both protocols
     * @param http1Connector offers HTTP/1.1 only: nothing else switches protocols
     * @param headMillis how long a response head may take; 0 for ever
     */
    LoopConnections(
            EventLoop loop,
            Connector connector,
            Connector http1Connector,
            ConnectionCounts counts,
            long headMillis) {
        this.loop = loop;
        this.connector = connector;
        this.http1Connector = http1Connector;
        this.deadlines = new ResponseDeadlines(loop, headMillis);
        this.http1 = new ConnectionPool(loop, counts);
        this.http2 = new Http2Pool(counts);
    }

    ConnectionPool http1() {
        return http1;
    }

    Http2Pool http2() {
        return http2;
    }

    Attempt begin(Origin origin, HttpRequest head, Attempt.Listener listener) {
        var attempt = new PooledAttempt(loop, head, listener, deadlines);
        begin(origin, attempt);
        return attempt;
    }

    private void begin(Origin origin, PooledAttempt attempt) {
        var shared = attempt.asksToSwitch() ? null : http2.withRoom(origin);
        if (shared != null) {
            shared.open(attempt);
            return;
        }
        var idle = http1.poll(origin);
        if (idle != null) {
            give(idle, attempt);
        } else if (attempt.asksToSwitch()) {
            connect(http1Connector, origin, attempt);
        } else if (!origin.isSecure() || speaksHttp1.containsKey(origin)) {
            connect(connector, origin, attempt);
        } else {
            find(origin, attempt);
        }
    }

    /** Connects for the first who asks; the others wait to learn what the origin speaks. */
    private void find(Origin origin, PooledAttempt attempt) {
        var others = waiting.get(origin);
        if (others != null) {
            others.add(attempt);
            return;
        }
        waiting.put(origin, new ArrayDeque<>());
        connector
                .connect(loop, origin)
                .addListener((Future<Channel> future) -> {
                    var queue = waiting.remove(origin);
                    if (!future.isSuccess()) {
                        fail(future.cause(), attempt, queue);
                        return;
                    }
                    connected(future.getNow(), attempt);
                    queue.forEach(one -> beginUnlessOver(origin, one));
                });
    }

    private static void fail(Throwable cause, PooledAttempt first, Queue<PooledAttempt> others) {
        var failure = ConnectFailure.toAttemptFailure(cause);
        first.fail(failure);
        others.forEach(one -> one.fail(failure));
    }

    private void beginUnlessOver(Origin origin, PooledAttempt attempt) {
        if (!attempt.isOver()) {
            begin(origin, attempt);
            attempt.listener().onWritabilityChanged();
        }
    }

    private void connect(Connector over, Origin origin, PooledAttempt attempt) {
        over.connect(loop, origin)
                .addListener((Future<Channel> future) -> {
                    if (future.isSuccess()) {
                        connected(future.getNow(), attempt);
                    } else {
                        attempt.fail(ConnectFailure.toAttemptFailure(future.cause()));
                    }
                });
    }

    private void connected(Channel channel, PooledAttempt attempt) {
        var shared = channel.pipeline().get(Http2Connection.class);
        if (shared != null) {
            speaksHttp1.remove(shared.origin());
            http2.add(shared);
            if (!attempt.isOver()) {
                open(shared, attempt);
            }
            return;
        }
        var connection = channel.pipeline().get(Http1Connection.class);
        if (connection.origin().isSecure()) {
            speaksHttp1.put(connection.origin(), true);
        }
        if (attempt.isOver()) {
            // given up meanwhile: the connection is good for the next one
            http1.put(connection);
            channel.read();
        } else {
            give(connection, attempt);
            attempt.listener().onWritabilityChanged();
        }
    }

    private static void open(Http2Connection shared, PooledAttempt attempt) {
        if (shared.hasRoom()) {
            shared.open(attempt);
            attempt.listener().onWritabilityChanged();
        } else {
            attempt.fail(Kind.REFUSED, shared.origin() + " takes no request just now");
        }
    }

    private static void give(Http1Connection connection, PooledAttempt attempt) {
        connection.address(attempt.head());
        connection.take(attempt);
        attempt.connected(connection);
    }
}
