package dev.sidekey.authorization;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.sidekey.credential.StoreException;
import dev.sidekey.telemetry.AuthorizationMeters;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How each upstream stands for each agent, as gauges: read from memory whenever somebody scrapes,
 * and once a second at most from the store. Never on an event loop.
 */
final class Standing {
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final HeldCredentials held;
    private final LoadingCache<Boolean, Set<Slot>> awaiting;

    Standing(HeldCredentials held, Logins logins) {
        this.held = held;
        this.awaiting = Caffeine.newBuilder().expireAfterWrite(FRESH).build(_ -> slotsOf(logins));
    }

    private static Set<Slot> slotsOf(Logins logins) {
        return logins.open().stream()
                .map(login -> new Slot(login.account(), login.upstreamUrl().toString()))
                .collect(Collectors.toSet());
    }

    /** Shows all that can be held, in place of what was shown before. */
    void show(Roster roster, AuthorizationMeters meters) {
        meters.forgetStanding();
        for (var pair : roster.all()) {
            var slot = Slot.of(pair.upstream(), pair.principal());
            var url = pair.upstream().url().toString();
            meters.standing(
                    pair.upstream().name(),
                    pair.principal().name(),
                    new AuthorizationMeters.Standing(
                            () -> expiry(held.best(slot, url)),
                            () -> refreshable(held.best(slot, url)),
                            () -> loginRequired(slot)));
        }
    }

    private static double expiry(@Nullable HeldCredential credential) {
        if (credential == null) {
            return Double.NaN;
        }
        var ends = credential.credential().expiresAt();
        return ends == null ? Double.POSITIVE_INFINITY : (double) ends.getEpochSecond();
    }

    private static double refreshable(@Nullable HeldCredential credential) {
        return credential != null && credential.isRefreshable() ? 1 : 0;
    }

    private double loginRequired(Slot slot) {
        try {
            return awaiting.get(true).contains(slot) ? 1 : 0;
        } catch (StoreException e) {
            return Double.NaN;
        }
    }
}
