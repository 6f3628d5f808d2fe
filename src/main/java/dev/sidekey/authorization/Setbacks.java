package dev.sidekey.authorization;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sidekey.authorization.Authorization.Denied;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for a while that a grant without a person failed, so that a busy agent does not ask a
 * server that is down, or that has refused, with each of its calls (E12, M11). Safe on every
 * thread.
 */
final class Setbacks {
    private static final int BOUND = 10_000;

    private final Cache<Slot, Setback> setbacks = Caffeine.newBuilder().maximumSize(BOUND).build();
    private final Clock clock;

    Setbacks(Clock clock) {
        this.clock = clock;
    }

    private record Setback(Denied denied, BackOff backOff, long until) {}

    /** What came of the last try, while it is too early for another; else null. */
    @Nullable Denied of(Slot slot) {
        var setback = setbacks.getIfPresent(slot);
        return setback != null && clock.millis() < setback.until ? setback.denied : null;
    }

    /** Whether a server said no the last time, however long ago. */
    boolean isRefused(Slot slot) {
        var setback = setbacks.getIfPresent(slot);
        return setback != null && !setback.denied.transientFailure();
    }

    /**
     * Notes a failure; each in a row doubles the pause.
     *
     * @param wanted what the server asked for; null when it named nothing
     * @return when the next try may be made, in milliseconds of the clock
     */
    long note(Slot slot, Denied denied, @Nullable Duration wanted) {
        var before = setbacks.getIfPresent(slot);
        var backOff = BackOff.after(before == null ? null : before.backOff);
        var until = backOff.until(clock.millis(), wanted);
        setbacks.put(slot, new Setback(denied, backOff, until));
        return until;
    }

    /** Forgets them: a token came, or somebody asks for another try. */
    void forget(Slot slot) {
        setbacks.invalidate(slot);
    }
}
