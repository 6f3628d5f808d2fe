package dev.sidekey.threads;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Measures how late event loops run what is due: whatever blocks one shows here first. One task a
 * second and loop.
 */
public final class LoopLag {
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private LoopLag() {}

    /**
     * Begins to measure; ends with the loops.
     *
     * @param nanos hears of each delay, on the loop; must not block
     */
    public static void watch(EventLoopGroup loops, LongConsumer nanos) {
        loops.forEach(loop -> lookAgain(loop, nanos));
    }

    private static void lookAgain(EventExecutor loop, LongConsumer nanos) {
        if (loop.isShuttingDown()) {
            return;
        }
        var due = System.nanoTime() + PERIOD_NANOS;
        var _ =
                loop.schedule(
                        () -> {
                            nanos.accept(Math.max(0, System.nanoTime() - due));
                            lookAgain(loop, nanos);
                        },
                        PERIOD_NANOS,
                        TimeUnit.NANOSECONDS);
    }
}
