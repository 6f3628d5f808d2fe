package dev.sidekey.authorization;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Work that must not be cut off in the middle: a code that was redeemed or a token that was rotated
 * has to be stored (E16). Safe on every thread.
 */
final class UnderWay {
    private final Map<Object, CompletableFuture<Boolean>> running = new ConcurrentHashMap<>();

    /** Does such work, here. */
    <T> T during(Supplier<T> work) {
        var me = new Object();
        var mine = new CompletableFuture<Boolean>();
        running.put(me, mine);
        try {
            return work.get();
        } finally {
            running.remove(me);
            mine.complete(true);
        }
    }

    /** Waits until what runs now is done, or the patience is over. Blocks. */
    void await(Duration patience) {
        var _ =
                CompletableFuture.allOf(running.values().toArray(CompletableFuture<?>[]::new))
                        .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
                        .join();
    }
}
