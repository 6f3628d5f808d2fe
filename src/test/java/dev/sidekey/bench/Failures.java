package dev.sidekey.bench;

import java.util.concurrent.atomic.AtomicReference;

/** A call that failed makes a figure worthless: the first one ends the slice. */
final class Failures {
    private static final AtomicReference<Throwable> FIRST = new AtomicReference<>();

    private Failures() {}

    static void count(Throwable failure) {
        FIRST.compareAndSet(null, failure);
    }

    /** Throws what has failed since the last time. */
    static void check() {
        var failure = FIRST.getAndSet(null);
        if (failure != null) {
            throw new IllegalStateException("a call failed: " + failure.getMessage(), failure);
        }
    }
}
