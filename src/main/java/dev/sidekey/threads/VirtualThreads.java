package dev.sidekey.threads;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Where blocking work runs. */
public final class VirtualThreads {
    private VirtualThreads() {}

    /**
     * An executor that gives every task a virtual thread of its own.
     *
     * @param name prefix of the threads' names, for thread dumps
     */
    public static ExecutorService named(String name) {
        return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-", 0).factory());
    }

    /**
     * Interrupts what runs, and waits for its end.
     *
     * @return whether all has ended
     */
    public static boolean end(ExecutorService threads, Duration patience) {
        threads.shutdownNow();
        try {
            return threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
