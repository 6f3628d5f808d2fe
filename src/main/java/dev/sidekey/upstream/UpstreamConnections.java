package dev.sidekey.upstream;

import dev.sidekey.address.AddressPolicy;
import dev.sidekey.address.OuterProxy;
import dev.sidekey.address.Resolver;
import dev.sidekey.config.LimitsConfig;
import dev.sidekey.threads.OffLoop;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Begins attempts over pooled connections, a pool each event loop. */
public final class UpstreamConnections implements Attempts {
    private final Map<EventLoop, LoopConnections> loops = new ConcurrentHashMap<>();
    private final ConnectionCounts counts = new ConnectionCounts();
    private final Connector connector;
    private final Connector http1Connector;
    private final LimitsConfig limits;

    /**
     * What connections are made with.
     *
     * @param transport channel class
     * @param offLoop the door to virtual threads
     * @param resolver finds addresses
     * @param policy judges them
     * @param outerProxy the proxy to go through, if any
     */
    public record Network(
            Transport transport,
            OffLoop offLoop,
            Resolver resolver,
            AddressPolicy policy,
            OuterProxy outerProxy) {

        Connector.Ground ground(Duration timeout) {
            return new Connector.Ground(transport, offLoop, resolver, policy, outerProxy, timeout);
        }
    }

    /**
     * Makes the room's one door.
     *
     * @param network how to connect
     * @param tls how to trust
     * @param limits sizes and times
     */
    public UpstreamConnections(Network network, UpstreamTls tls, LimitsConfig limits) {
        this.limits = limits;
        var ground = network.ground(limits.upstreamConnectTimeout());
        var offLoop = ground.offLoop();
        this.connector =
                new Connector(ground, new UpstreamPipeline(tls, offLoop, true, limits, this::of));
        this.http1Connector =
                new Connector(ground, new UpstreamPipeline(tls, offLoop, false, limits, this::of));
    }

    @Override
    public Attempt begin(
            EventLoop loop, Origin origin, HttpRequest head, Attempt.Listener listener) {
        return of(loop).begin(origin, head, listener);
    }

    /** How many connections stand; any thread. */
    public long open() {
        return counts.open().sum();
    }

    /** How many of them wait in a pool; any thread. */
    public long idle() {
        return counts.idle().sum();
    }

    private LoopConnections of(EventLoop loop) {
        var known = loops.get(loop);
        return known != null ? known : loops.computeIfAbsent(loop, this::newConnections);
    }

    private LoopConnections newConnections(EventLoop loop) {
        var patience = limits.upstreamResponseTimeout().toMillis();
        return new LoopConnections(loop, connector, http1Connector, counts, patience);
    }
}
