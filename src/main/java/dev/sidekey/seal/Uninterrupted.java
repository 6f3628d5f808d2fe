package dev.sidekey.seal;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Does work on a store to its end, although an interrupt closes a channel: a token that was rotated
 * must be stored even while the process is stopping (E16). The interrupt is not lost, it shows
 * afterwards.
 */
public final class Uninterrupted {
    private Uninterrupted() {}

    /** Work on channels that it opens itself, and that may be begun anew. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    /** As {@link Work}, without a result. */
    @FunctionalInterface
    public interface Action {
        void run() throws IOException;
    }

    /** Runs the work, again where an interrupt cut it short. */
    public static <T> T call(Work<T> work) throws IOException {
        var interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return work.run();
                } catch (ClosedByInterruptException | FileLockInterruptionException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits for an answer that is on its way, for so long at most.
     *
     * @throws TimeoutException when it did not come
     */
    public static <T extends @Nullable Object> T get(Future<T> answer, Duration patience)
            throws ExecutionException, TimeoutException {
        var interrupted = Thread.interrupted();
        var end = System.nanoTime() + patience.toNanos();
        try {
            while (true) {
                try {
                    return answer.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** As {@link #call}, without a result. */
    public static void run(Action action) throws IOException {
        Boolean done =
                call(() -> {
                    action.run();
                    return true;
                });
        assert done;
    }
}
