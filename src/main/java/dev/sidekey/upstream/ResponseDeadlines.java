package dev.sidekey.upstream;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When the response heads of one event loop are due. All may take equally long, so that whoever
 * asked first is due first: a line of attempts and one timer, which costs a request two assignments
 * instead of a timer of its own. Confined to the loop.
 */
final class ResponseDeadlines {
    private final EventLoop loop;
    private final long nanos;
    private @Nullable PooledAttempt first;
    private @Nullable PooledAttempt last;
    private boolean timing;

    /**
     * @param millis how long a response head may take; 0 for ever
     */
    ResponseDeadlines(EventLoop loop, long millis) {
        this.loop = loop;
        this.nanos = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** How long a head may take. */
    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** The whole request was written; the time begins. */
    void begin(PooledAttempt attempt) {
        if (nanos == 0) {
            return;
        }
        attempt.dueAt = loop.ticker().nanoTime() + nanos;
        attempt.before = last;
        if (last == null) {
            first = attempt;
        } else {
            last.after = attempt;
        }
        last = attempt;
        attempt.isTimed = true;
        if (!timing) {
            check(nanos);
        }
    }

    /** The head is here, or nobody waits for it any more. */
    void end(PooledAttempt attempt) {
        if (!attempt.isTimed) {
            return;
        }
        attempt.isTimed = false;
        if (attempt.before == null) {
            first = attempt.after;
        } else {
            attempt.before.after = attempt.after;
        }
        if (attempt.after == null) {
            last = attempt.before;
        } else {
            attempt.after.before = attempt.before;
        }
        attempt.before = null;
        attempt.after = null;
    }

    private void check(long inNanos) {
        timing = true;
        var _ = loop.schedule(this::expire, inNanos, TimeUnit.NANOSECONDS);
    }

    private void expire() {
        timing = false;
        long now = loop.ticker().nanoTime();
        while (first != null && first.dueAt - now <= 0) {
            var late = first;
            end(late);
            late.headIsLate(millis());
        }
        if (first != null) {
            check(first.dueAt - now);
        }
    }
}
