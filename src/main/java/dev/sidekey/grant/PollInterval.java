package dev.sidekey.grant;

import java.time.Duration;

/**
 * How long to wait between two questions for a token (RFC 8628 §3.5).
 *
 * @param value never shorter than what the server named
 */
public record PollInterval(Duration value) {
    private static final Duration SLOWER = Duration.ofSeconds(5);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

    /** After {@code slow_down}: five seconds more, for good. */
    public PollInterval slower() {
        return new PollInterval(value.plus(SLOWER));
    }

    /** After no answer at all: twice as long, up to a minute; never shorter than before. */
    public PollInterval afterSilence() {
        var twice = value.multipliedBy(2);
        var bounded = twice.compareTo(LONGEST_SILENCE) > 0 ? LONGEST_SILENCE : twice;
        return bounded.compareTo(value) > 0 ? new PollInterval(bounded) : this;
    }
}
