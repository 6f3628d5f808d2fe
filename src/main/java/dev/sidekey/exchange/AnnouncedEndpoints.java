package dev.sidekey.exchange;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sidekey.authorization.Principal;
import java.time.Duration;

/**
 * Paths that an upstream itself has announced by a legacy {@code endpoint} event (2.4): tokens go
 * there too, though they lie outside the configured path. Safe on every thread.
 */
public final class AnnouncedEndpoints {
    private static final Duration MEMORY = Duration.ofHours(12);
    private static final int BOUND = 10_000;

    private final Cache<Announced, Boolean> paths =
            Caffeine.newBuilder().maximumSize(BOUND).expireAfterAccess(MEMORY).build();

    private record Announced(String upstream, Principal principal, String path) {}

    void add(String upstream, Principal principal, String target) {
        paths.put(new Announced(upstream, principal, pathOf(target)), true);
    }

    boolean contains(String upstream, Principal principal, String target) {
        // nearly every Sidekey has none: then nothing is allocated here
        return paths.estimatedSize() > 0
                && paths.getIfPresent(new Announced(upstream, principal, pathOf(target))) != null;
    }

    private static String pathOf(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }
}
