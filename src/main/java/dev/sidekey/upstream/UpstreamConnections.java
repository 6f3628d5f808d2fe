package dev.sidekey.upstream;

import dev.sidekey.address.AddressPolicy;
import dev.sidekey.address.OuterProxy;
import dev.sidekey.address.Resolver;
import dev.sidekey.config.LimitsConfig;
import dev.sidekey.threads.OffLoop;
import dev.sidekey.upstream.AttemptFailure.Kind;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Begins attempts over pooled connections, a pool each event loop. */
public final class UpstreamConnections implements Attempts {
    private final Map<EventLoop, ConnectionPool> pools = new ConcurrentHashMap<>();
    private final ConnectionCounts counts = new ConnectionCounts();
    private final Connector connector;
    private final UpstreamTls tls;
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
        this.tls = tls;
        this.limits = limits;
        this.connector =
                new Connector(network.ground(limits.upstreamConnectTimeout()), this::dress);
    }

    @Override
    public Attempt begin(
            EventLoop loop, Origin origin, HttpRequest head, Attempt.Listener listener) {
        var attempt =
                new Http1Attempt(loop, head, listener, limits.upstreamResponseTimeout().toMillis());
        var pooled = poolOf(loop).poll(origin);
        if (pooled != null) {
            give(pooled, attempt, head);
            return attempt;
        }
        connector
                .connect(loop, origin)
                .addListener((Future<Channel> future) -> {
                    if (future.isSuccess()) {
                        var connection = future.getNow().pipeline().get(Http1Connection.class);
                        connected(loop, connection, attempt, head);
                    } else {
                        attempt.fail(ConnectFailure.toAttemptFailure(future.cause()));
                    }
                });
        return attempt;
    }

    private void connected(
            EventLoop loop, Http1Connection connection, Http1Attempt attempt, HttpRequest head) {
        if (attempt.isOver()) {
            // given up meanwhile: the connection is good for the next one
            poolOf(loop).put(connection);
            connection.channel().read();
            return;
        }
        give(connection, attempt, head);
        attempt.listener().onWritabilityChanged();
    }

    private static void give(Http1Connection connection, Http1Attempt attempt, HttpRequest head) {
        connection.address(head);
        connection.take(attempt);
        attempt.connected(connection);
    }

    private ConnectionPool poolOf(EventLoop loop) {
        return pools.computeIfAbsent(loop, one -> new ConnectionPool(one, counts));
    }

    /** How many connections stand; any thread. */
    public long open() {
        return counts.open().sum();
    }

    /** How many of them wait in a pool; any thread. */
    public long idle() {
        return counts.idle().sum();
    }

    /** The pipeline to an upstream: tunnel, TLS, codec, connection. */
    private Future<Channel> dress(Channel channel, Origin origin, @Nullable URI proxy) {
        Promise<Channel> dressed = channel.eventLoop().newPromise();
        if (proxy == null || !origin.isSecure()) {
            dressFurther(channel, origin, proxy, dressed);
            return dressed;
        }
        ProxyTunnel.open(channel, origin, proxy)
                .addListener(future -> {
                    if (future.isSuccess()) {
                        dressFurther(channel, origin, null, dressed);
                    } else {
                        dressed.tryFailure(future.cause());
                    }
                });
        return dressed;
    }

    private void dressFurther(
            Channel channel, Origin origin, @Nullable URI plainProxy, Promise<Channel> dressed) {
        var pipeline = channel.pipeline();
        var decoder = new ResponseDecoder(limits.header());
        var connection =
                new Http1Connection(origin, decoder, poolOf(channel.eventLoop()), plainProxy);
        if (!origin.isSecure()) {
            pipeline.addLast(decoder, new HttpRequestEncoder(), connection);
            dressed.trySuccess(channel);
            return;
        }
        var handler = tls.handler(channel.alloc(), origin);
        pipeline.addLast(handler, decoder, new HttpRequestEncoder(), connection);
        handler.handshakeFuture()
                .addListener((Future<Channel> future) -> {
                    if (future.isSuccess()) {
                        dressed.trySuccess(channel);
                    } else {
                        dressed.tryFailure(untrusted(origin, future.cause()));
                    }
                });
    }

    private static ConnectFailure untrusted(Origin origin, Throwable cause) {
        var deepest = cause;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return new ConnectFailure(
                Kind.TLS,
                origin
                        + " offers no TLS that can be trusted: "
                        + deepest.getMessage()
                        + " (ca-file adds roots)");
    }
}
