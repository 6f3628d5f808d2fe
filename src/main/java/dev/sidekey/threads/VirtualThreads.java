package dev.sidekey.threads;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Where blocking work runs. */
public final class VirtualThreads {
    private VirtualThreads() {}

    /**
     * An executor that gives every task a virtual thread of its own.
     *
     * @param name prefix of the threads' names, for thread dumps
     */
    public static ExecutorService named(String name) {
        var count = new AtomicLong();
        // not the JDK's own counting factory: it links six method handles, which no cache keeps
        return Executors.newThreadPerTaskExecutor(task ->
                Thread.ofVirtual().name(name + "-" + count.getAndIncrement()).unstarted(task));
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
