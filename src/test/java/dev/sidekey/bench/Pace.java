package dev.sidekey.bench;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Calls that are due at fixed times. Each is timed from when it was due, not from when a connection
 * was free for it: else a stall would hide all the calls that it kept back. Confined to a loop.
 */
final class Pace {
    private final EventLoop loop;
    private final Queue<Caller> free;
    private final long each;
    private final long[] took;
    private final ArrayDeque<Long> kept = new ArrayDeque<>();
    private final IdentityHashMap<Caller, Long> underWay = new IdentityHashMap<>();
    private final CompletableFuture<long[]> nanos = new CompletableFuture<>();
    private long begin;
    private int due;
    private int ended;

    Pace(EventLoop loop, int perSecond, Duration time, Queue<Caller> free) {
        this.loop = loop;
        this.free = free;
        this.each = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.took = new long[(int) (time.toMillis() * perSecond / 1000)];
    }

    /** When all are answered. */
    CompletableFuture<long[]> nanos() {
        return nanos;
    }

    void begin() {
        begin = System.nanoTime();
        next();
    }

    private void next() {
        for (; due < took.length && begin + due * each <= System.nanoTime(); due++) {
            var caller = free.poll();
            if (caller == null) {
                kept.add(begin + due * each);
            } else {
                send(caller, begin + due * each);
            }
        }
        if (due < took.length) {
            var wait = begin + due * each - System.nanoTime();
            var _ = loop.schedule(this::next, wait, TimeUnit.NANOSECONDS);
        }
    }

    private void send(Caller caller, long wasDue) {
        underWay.put(caller, wasDue);
        caller.call();
    }

    void onIdle(Caller caller) {
        took[ended++] = System.nanoTime() - underWay.remove(caller);
        var wasDue = kept.poll();
        if (wasDue == null) {
            free.add(caller);
        } else {
            send(caller, wasDue);
        }
        if (ended == took.length) {
            Arrays.sort(took);
            nanos.complete(took);
        }
    }
}
