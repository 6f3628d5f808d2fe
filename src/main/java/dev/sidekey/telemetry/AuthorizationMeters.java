package dev.sidekey.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;

/**
 * What the authorization room counts. Called on virtual threads, a few times an authorization: the
 * meters are looked up as they come. Upstreams that stand nowhere in the configuration, of which
 * there may be as many as there are URLs, are counted as one.
 */
public final class AuthorizationMeters {
    private final MeterRegistry registry;
    private final List<Gauge> shown = new CopyOnWriteArrayList<>();
    private final Set<String> configured = ConcurrentHashMap.newKeySet();

    /** Counts in a registry. */
    public AuthorizationMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * How an upstream stands for an agent; each is asked on the thread that scrapes, may block, and
     * gives NaN for what is not known.
     */
    public record Standing(
            DoubleSupplier expiry, DoubleSupplier refreshable, DoubleSupplier loginRequired) {}

    /** Shows how an upstream stands for an agent. */
    public void standing(String upstream, String agent, Standing standing) {
        configured.add(upstream);
        shown.add(Meters.TOKEN_EXPIRY.gauge(registry, standing.expiry(), upstream, agent));
        shown.add(
                Meters.TOKEN_REFRESHABLE.gauge(registry, standing.refreshable(), upstream, agent));
        shown.add(Meters.LOGIN_REQUIRED.gauge(registry, standing.loginRequired(), upstream, agent));
    }

    /** Shows nothing of that any more. */
    public void forgetStanding() {
        shown.forEach(registry::remove);
        shown.clear();
    }

    /** An authorization ended. */
    public void flow(String upstream, String grant, boolean granted) {
        Meters.FLOWS.counter(registry, label(upstream), grant, result(granted)).increment();
    }

    /** An authorization for missing scopes ended. */
    public void stepUp(String upstream, boolean granted) {
        Meters.STEP_UPS.counter(registry, label(upstream), result(granted)).increment();
    }

    private String label(String upstream) {
        return configured.contains(upstream) ? upstream : TrafficMeters.OTHER;
    }

    private static String result(boolean granted) {
        return granted ? "granted" : "denied";
    }

    /**
     * A registration was answered.
     *
     * @param result registered, rejected or failed
     */
    public void registration(String upstream, String result) {
        Meters.REGISTRATIONS.counter(registry, label(upstream), result).increment();
    }

    /**
     * A refresh ended.
     *
     * @param result renewed, rejected or failed
     * @param cause stale, expired or refused
     */
    public void refresh(String upstream, String result, String cause) {
        Meters.REFRESHES.counter(registry, label(upstream), result, cause).increment();
    }
}
