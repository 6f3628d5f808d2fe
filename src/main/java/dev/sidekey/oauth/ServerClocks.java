package dev.sidekey.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * What time it is at a server, by the {@code Date} of its last answer: what Sidekey signs is judged
 * by that clock, and a pod's may be minutes off. Safe on every thread.
 */
public final class ServerClocks {
    private static final Duration NOISE = Duration.ofSeconds(3);
    private static final int BOUND = 1_000;

    private final Cache<String, Duration> ahead = Caffeine.newBuilder().maximumSize(BOUND).build();
    private final Clock clock;

    /** Knows no server yet. */
    public ServerClocks(Clock clock) {
        this.clock = clock;
    }

    /** The time at a server; our own where it has not told. */
    public Instant now(URI server) {
        var difference = ahead.getIfPresent(originOf(server));
        var now = clock.instant();
        return difference == null ? now : now.plus(difference);
    }

    /** Notes what an answer says. */
    void note(URI server, @Nullable String date) {
        if (date == null) {
            return;
        }
        try {
            var there = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
            var difference = Duration.between(clock.instant(), there);
            var matters = difference.abs().compareTo(NOISE) > 0;
            ahead.put(originOf(server), matters ? difference : Duration.ZERO);
        } catch (DateTimeException e) {
            // no date: nothing is learnt
        }
    }

    private static String originOf(URI server) {
        return server.getScheme() + "://" + server.getRawAuthority();
    }
}
