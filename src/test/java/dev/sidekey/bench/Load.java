package dev.sidekey.bench;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Connections that make calls: as many as go, or at a rate. */
final class Load implements AutoCloseable {
    private final EventLoop loop;
    private final int connections;
    // confined to the loop
    private final ArrayDeque<Caller> free = new ArrayDeque<>();
    private Consumer<Caller> work = free::add;
    private long answered;

    /** Connects, and waits until all may send. */
    Load(Connections agents, Way way, int connections, int bytes) throws Exception {
        this.loop = agents.loop();
        this.connections = connections;
        var request = way.call(bytes);
        for (int i = 0; i < connections; i++) {
            agents.open(way, () -> new Caller(request, caller -> work.accept(caller))).sync();
        }
        settle();
    }

    private <T> T onLoop(Callable<T> task) throws Exception {
        return loop.submit(task).get();
    }

    private void settle() throws Exception {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (onLoop(free::size) < connections) {
            Failures.check();
            if (System.nanoTime() > end) {
                throw new IllegalStateException("calls hang");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** How many calls are answered in a time, each connection sending the next at once. */
    long saturate(Duration time) throws Exception {
        onLoop(() -> {
            answered = 0;
            var until = System.nanoTime() + time.toNanos();
            work = caller -> again(caller, until);
            for (int i = 0; i < connections; i++) {
                free.remove().call();
            }
            return null;
        });
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
        settle();
        return onLoop(() -> answered);
    }

    private void again(Caller caller, long until) {
        answered++;
        if (System.nanoTime() < until) {
            caller.call();
        } else {
            free.add(caller);
        }
    }

    /**
     * Calls at a rate, whatever becomes of the earlier ones.
     *
     * @return how long each took, in nanoseconds, the shortest first
     */
    long[] pace(int perSecond, Duration time) throws Exception {
        var pace = onLoop(() -> new Pace(loop, perSecond, time, free));
        onLoop(() -> {
            work = pace::onIdle;
            pace.begin();
            return null;
        });
        var nanos = pace.nanos().get(time.toSeconds() + 60, TimeUnit.SECONDS);
        settle();
        return nanos;
    }

    @Override
    public void close() {
        loop.submit(() -> free.forEach(Caller::close)).syncUninterruptibly();
    }
}
