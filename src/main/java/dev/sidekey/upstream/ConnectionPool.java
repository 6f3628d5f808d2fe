package dev.sidekey.upstream;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The idle connections of one event loop, by origin; the one used last is used first. Confined to
 * that loop: no lock.
 */
final class ConnectionPool {
    private static final int MOST_IDLE = 64;

    /** However many hosts there are: each takes a descriptor and the memory of a TLS engine. */
    static final int MOST_IDLE_IN_ALL = 256;

    private static final long LONGEST_IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final EventLoop loop;

    /** The origin that was used last comes last. */
    private final Map<Origin, ArrayDeque<Idle>> idle = new LinkedHashMap<>(16, 0.75f, true);

    private final ConnectionCounts counts;
    private int size;
    private boolean sweeping;

    private record Idle(Http1Connection connection, long since) {}

    ConnectionPool(EventLoop loop, ConnectionCounts counts) {
        this.loop = loop;
        this.counts = counts;
    }

    /** Notes a connection that stands. */
    void opened() {
        counts.open().increment();
    }

    /** A live connection, or null. */
    @Nullable Http1Connection poll(Origin origin) {
        var waiting = idle.get(origin);
        while (waiting != null && !waiting.isEmpty()) {
            var candidate = waiting.pollLast().connection();
            taken();
            if (candidate.channel().isActive()) {
                return candidate;
            }
        }
        return null;
    }

    /** Keeps a connection for the next request. */
    void put(Http1Connection connection) {
        var waiting = idle.computeIfAbsent(connection.origin(), _ -> new ArrayDeque<>());
        waiting.addLast(new Idle(connection, System.nanoTime()));
        counts.idle().increment();
        size++;
        if (waiting.size() > MOST_IDLE) {
            closeOldest(waiting);
        } else if (size > MOST_IDLE_IN_ALL) {
            closeOldest(longestUnused());
        }
        sweepLater();
    }

    private void taken() {
        counts.idle().decrement();
        size--;
    }

    private void closeOldest(ArrayDeque<Idle> waiting) {
        taken();
        var _ = waiting.removeFirst().connection().channel().close();
    }

    private ArrayDeque<Idle> longestUnused() {
        for (var waiting : idle.values()) {
            if (!waiting.isEmpty()) {
                return waiting;
            }
        }
        throw new IllegalStateException("one was just put");
    }

    /** Forgets a connection that has closed. */
    void remove(Http1Connection connection) {
        counts.open().decrement();
        var waiting = idle.get(connection.origin());
        if (waiting != null) {
            if (waiting.removeIf(one -> one.connection().equals(connection))) {
                taken();
            }
            if (waiting.isEmpty()) {
                idle.remove(connection.origin());
            }
        }
    }

    private void sweepLater() {
        if (!sweeping) {
            sweeping = true;
            var _ = loop.schedule(this::sweep, LONGEST_IDLE_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void sweep() {
        sweeping = false;
        long now = System.nanoTime();
        var late = new ArrayDeque<Http1Connection>();
        for (var waiting : idle.values()) {
            for (var one : waiting) {
                if (now - one.since() >= LONGEST_IDLE_NANOS) {
                    late.add(one.connection());
                }
            }
        }
        // closing takes each out of the pool
        for (var connection : late) {
            var _ = connection.channel().close();
        }
        if (!idle.isEmpty()) {
            sweepLater();
        }
    }
}
