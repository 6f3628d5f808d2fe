package dev.sidekey.certificate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that runs on only when a test turns it. */
final class TurnedClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-11-24T10:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    void turn(Duration by) {
        now = now.plus(by);
    }
}
