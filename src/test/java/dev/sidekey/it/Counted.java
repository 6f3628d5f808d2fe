package dev.sidekey.it;

import java.util.concurrent.atomic.AtomicLong;

/** What the classes count that {@link CountingClasses} has changed. */
public final class Counted {
    private static final AtomicLong COUNT = new AtomicLong();

    private Counted() {}

    /** Called from within those classes. */
    public static void add(long much) {
        COUNT.addAndGet(much);
    }

    /** What was counted up to now. */
    public static long sum() {
        return COUNT.get();
    }
}
