package dev.sidekey.it;

import dev.sidekey.RunningSidekey;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Looks at a container's memory again and again, and keeps the most it saw. */
final class MemoryWatch {
    private final SidekeyContainer container;
    private volatile SidekeyContainer.Memory most = new SidekeyContainer.Memory(0, 0);
    private volatile boolean over;

    private MemoryWatch(SidekeyContainer container) {
        this.container = container;
    }

    /** The most of each that was seen while the work went on. */
    static SidekeyContainer.Memory during(SidekeyContainer container, Work work) throws Exception {
        var watch = new MemoryWatch(container);
        var watcher = Thread.ofVirtual().start(watch::look);
        try {
            work.run();
        } finally {
            watch.over = true;
            watcher.join();
        }
        return watch.most;
    }

    /** What is watched. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    private void look() {
        while (!over) {
            try {
                var now = container.memory();
                most =
                        new SidekeyContainer.Memory(
                                Math.max(most.anonymous(), now.anonymous()),
                                Math.max(most.workingSet(), now.workingSet()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            RunningSidekey.pause();
        }
    }
}
