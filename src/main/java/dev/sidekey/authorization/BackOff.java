package dev.sidekey.authorization;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a server that failed is left alone (E12): each failure in a row doubles the pause.
 * Immutable.
 */
record BackOff(Duration pause) {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final BackOff FIRST = new BackOff(Duration.ofSeconds(2));

    /** The one that follows, after another failure. */
    static BackOff after(@Nullable BackOff before) {
        if (before == null) {
            return FIRST;
        }
        var doubled = before.pause.multipliedBy(2);
        return doubled.compareTo(LONGEST) > 0 ? new BackOff(LONGEST) : new BackOff(doubled);
    }

    /**
     * When the next try may be made.
     *
     * @param wanted how long the server asked to be left alone; null when it did not say
     */
    long until(long nowMillis, @Nullable Duration wanted) {
        return nowMillis + (wanted == null ? pause : wanted).toMillis();
    }
}
