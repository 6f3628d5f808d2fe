package dev.sidekey.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts changes of the configuration. Safe on every thread. */
public final class ReloadMeters {
    private final Counter applied;
    private final Counter refused;
    private volatile boolean good = true;

    /** Counts in a registry. */
    public ReloadMeters(MeterRegistry registry) {
        applied = Meters.RELOADS.counter(registry, "applied");
        refused = Meters.RELOADS.counter(registry, "refused");
        Meters.RELOAD_GOOD.gauge(registry, () -> good ? 1 : 0);
    }

    /** The configuration was read and taken on. */
    public void applied() {
        good = true;
        applied.increment();
    }

    /** It was refused as a whole. */
    public void refused() {
        good = false;
        refused.increment();
    }
}
