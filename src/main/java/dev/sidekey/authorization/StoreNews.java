package dev.sidekey.authorization;

/**
 * That something changed in the store, for those who wait for another process: they look again at
 * once, and where no news comes, after a while. Safe on every thread; waits on virtual threads.
 */
final class StoreNews {
    private static final long LEAST_MILLIS = 20;

    private long count;

    /** Something changed. */
    synchronized void told() {
        count++;
        notifyAll();
    }

    /** Waits for a change, a short while at least and so long at most. */
    void await(long mostMillis) {
        var seen = seen();
        Pause.millis(LEAST_MILLIS);
        var end = System.nanoTime() + mostMillis * 1_000_000;
        synchronized (this) {
            try {
                for (var left = mostMillis; count == seen && left > 0; left = millisUntil(end)) {
                    wait(left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized long seen() {
        return count;
    }

    private static long millisUntil(long end) {
        return (end - System.nanoTime()) / 1_000_000;
    }
}
