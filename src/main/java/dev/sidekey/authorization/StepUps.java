package dev.sidekey.authorization;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.sidekey.oauth.Scopes;
import java.time.Duration;

/**
 * Remembers step-ups across requests (U3, U4): an upstream that refuses a scope set which was just
 * granted must not send a person through one login after another. Safe on every thread.
 */
final class StepUps {
    private static final Duration MEMORY = Duration.ofMinutes(10);
    private static final int BOUND = 10_000;

    private final Cache<Asked, Integer> attempts;

    StepUps(Ticker ticker) {
        attempts =
                Caffeine.newBuilder()
                        .maximumSize(BOUND)
                        .expireAfterWrite(MEMORY)
                        .ticker(ticker)
                        .build();
    }

    /** Notes one more authorization request for the scopes and tells how many that makes. */
    int attempt(Slot slot, Scopes challenged) {
        return attempts.asMap().merge(new Asked(slot, challenged), 1, Integer::sum);
    }

    /** How many authorization requests the scopes have cost. */
    int attempts(Slot slot, Scopes challenged) {
        var count = attempts.getIfPresent(new Asked(slot, challenged));
        return count == null ? 0 : count;
    }

    /** Forgets a slot, after a logout. */
    void forget(Slot slot) {
        attempts.asMap().keySet().removeIf(asked -> asked.slot.equals(slot));
    }

    private record Asked(Slot slot, Scopes challenged) {}
}
