package dev.sidekey.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What traffic counts, resolved beforehand for each configured upstream. Safe on every thread. */
public final class TrafficMeters {
    /** Hosts that are no configured upstream; names of upstreams begin with a letter or digit. */
    static final String OTHER = "_other";

    private final MeterRegistry registry;
    private final Map<String, UpstreamMeters> byUpstream = new ConcurrentHashMap<>();
    private final UpstreamMeters other;
    private final Counter egressRefused;
    private final Counter distrusted;
    private final LongAdder tunnels = new LongAdder();
    private final Counter agentRefused;
    private final Counter proxyAuthAsked;

    /** Counts in a registry. */
    public TrafficMeters(MeterRegistry registry) {
        this.registry = registry;
        this.other = new UpstreamMeters(registry, OTHER);
        this.egressRefused = Meters.EGRESS_REFUSED.counter(registry);
        this.distrusted = Meters.DISTRUSTED.counter(registry);
        Meters.OPEN_TUNNELS.gauge(registry, tunnels::doubleValue);
        this.agentRefused = Meters.AGENTS_REFUSED.counter(registry, "403");
        this.proxyAuthAsked = Meters.AGENTS_REFUSED.counter(registry, "407");
    }

    /** Makes the meters of a configured upstream, unless they are there. */
    public void add(String upstream) {
        byUpstream.computeIfAbsent(upstream, name -> new UpstreamMeters(registry, name));
    }

    /**
     * The meters of an upstream.
     *
     * @param name a configured name; null for any other host
     */
    public UpstreamMeters of(@Nullable String name) {
        return name == null ? other : byUpstream.getOrDefault(name, other);
    }

    /**
     * Shows how many connections stand, and how many of them wait; both are asked on any thread.
     */
    public void connections(LongSupplier open, LongSupplier idle) {
        Meters.UPSTREAM_CONNECTIONS.gauge(registry, () -> (double) open.getAsLong(), "open");
        Meters.UPSTREAM_CONNECTIONS.gauge(registry, () -> (double) idle.getAsLong(), "idle");
    }

    /** Takes the delays of event loops, in nanoseconds. */
    public LongConsumer loopLag() {
        var lag = Meters.EVENT_LOOP_LAG.timer(registry);
        return nanos -> lag.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** The egress policy refused a forward request. */
    public void egressRefused() {
        egressRefused.increment();
    }

    /** A blind tunnel stands. */
    public void tunnelOpened() {
        tunnels.increment();
    }

    /** A blind tunnel is over. */
    public void tunnelClosed() {
        tunnels.decrement();
    }

    /** An agent broke off the TLS handshake of an intercepted host. */
    public void distrusted() {
        distrusted.increment();
    }

    /**
     * A request showed no token of an agent.
     *
     * @param forward whether its client was asked for Proxy-Authorization
     */
    public void agentRefused(boolean forward) {
        (forward ? proxyAuthAsked : agentRefused).increment();
    }
}
