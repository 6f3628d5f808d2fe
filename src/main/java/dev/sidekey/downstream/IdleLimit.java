package dev.sidekey.downstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that sends no whole request head in time (slow loris, forgotten keep-alives).
 * One timer a connection, looked at when it fires: a request costs two assignments. Confined to the
 * event loop.
 */
final class IdleLimit {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(75);

    private @Nullable Future<?> timer;
    private boolean busy;
    private boolean over;
    private long idleSince;

    /** The connection waits for a request from now on. */
    void waiting(ChannelHandlerContext context) {
        busy = false;
        idleSince = System.nanoTime();
        if (timer == null && !over) {
            check(context, LIMIT_NANOS);
        }
    }

    /** A request is here; it may take as long as it takes. */
    void busy() {
        busy = true;
    }

    /** The connection is closed, or no more HTTP: a timer would keep all of it until it fires. */
    void end() {
        over = true;
        if (timer != null) {
            var _ = timer.cancel(false);
        }
    }

    private void check(ChannelHandlerContext context, long inNanos) {
        timer = context.executor().schedule(() -> expired(context), inNanos, TimeUnit.NANOSECONDS);
    }

    private void expired(ChannelHandlerContext context) {
        timer = null;
        if (busy || !context.channel().isActive()) {
            return;
        }
        long left = LIMIT_NANOS - (System.nanoTime() - idleSince);
        if (left <= 0) {
            var _ = context.close();
        } else {
            check(context, left);
        }
    }
}
