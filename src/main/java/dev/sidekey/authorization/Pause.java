package dev.sidekey.authorization;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Looking again a little later, on a virtual thread, where waiting costs nothing. */
final class Pause {
    private Pause() {}

    /** Waits; may return early, as every caller looks again anyway. */
    static void millis(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
