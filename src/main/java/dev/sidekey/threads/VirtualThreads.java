package dev.sidekey.threads;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

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
}
