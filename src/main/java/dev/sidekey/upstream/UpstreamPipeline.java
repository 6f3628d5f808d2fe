package dev.sidekey.upstream;

import dev.sidekey.config.LimitsConfig;
import dev.sidekey.http1.RequestEncoder;
import dev.sidekey.http2.Http2Codecs;
import dev.sidekey.threads.OffLoop;
import dev.sidekey.upstream.AttemptFailure.Kind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What bytes of an upstream pass through, in this order: tunnel, TLS, codec, connection. */
final class UpstreamPipeline implements Connector.Pipeline {
    private final UpstreamTls tls;
    private final OffLoop offLoop;
    private final boolean http2;
    private final LimitsConfig limits;
    private final Function<EventLoop, LoopConnections> pools;

    /**
     * @param offLoop the door to virtual threads
     * @param http2 whether HTTP/2 is offered beside HTTP/1.1
     * @param pools where connections of a loop are kept
     */
    UpstreamPipeline(
            UpstreamTls tls,
            OffLoop offLoop,
            boolean http2,
            LimitsConfig limits,
            Function<EventLoop, LoopConnections> pools) {
        this.tls = tls;
        this.offLoop = offLoop;
        this.http2 = http2;
        this.limits = limits;
        this.pools = pools;
    }

    @Override
    public Future<Channel> dress(Channel channel, Origin origin, @Nullable URI proxy) {
        Promise<Channel> dressed = channel.eventLoop().newPromise();
        if (!origin.isSecure()) {
            addHttp1(channel, origin, proxy);
            dressed.trySuccess(channel);
        } else if (proxy == null) {
            addTls(channel, origin, dressed);
        } else {
            ProxyTunnel.open(channel, origin, proxy)
                    .addListener(future -> {
                        if (future.isSuccess()) {
                            addTls(channel, origin, dressed);
                        } else {
                            dressed.tryFailure(future.cause());
                        }
                    });
        }
        return dressed;
    }

    private void addTls(Channel channel, Origin origin, Promise<Channel> dressed) {
        tls.contexts(channel.eventLoop(), offLoop)
                .addListener((Future<UpstreamTls.Contexts> future) -> {
                    if (future.isSuccess()) {
                        addTls(future.getNow(), channel, origin, dressed);
                    } else {
                        dressed.tryFailure(untrusted(origin, future.cause()));
                    }
                });
    }

    private void addTls(
            UpstreamTls.Contexts contexts,
            Channel channel,
            Origin origin,
            Promise<Channel> dressed) {
        var handler = tls.handler(contexts, channel.alloc(), origin, http2);
        var told = new ToldByTheHandshake();
        channel.pipeline().addLast(handler, told);
        handler.handshakeFuture()
                .addListener((Future<Channel> future) -> {
                    if (!future.isSuccess()) {
                        dressed.tryFailure(untrusted(origin, future.cause()));
                        return;
                    }
                    channel.pipeline().remove(told);
                    if (ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol())) {
                        addHttp2(channel, origin, dressed);
                    } else {
                        addHttp1(channel, origin, null);
                        dressed.trySuccess(channel);
                    }
                });
    }

    private void addHttp1(Channel channel, Origin origin, @Nullable URI plainProxy) {
        var decoder = new ResponseDecoder(limits.header());
        var pool = pools.apply(channel.eventLoop()).http1();
        channel.pipeline()
                .addLast(
                        decoder,
                        new RequestEncoder(),
                        new Http1Connection(origin, decoder, pool, plainProxy));
    }

    private void addHttp2(Channel channel, Origin origin, Promise<Channel> dressed) {
        var pool = pools.apply(channel.eventLoop()).http2();
        var connection = new Http2Connection(origin, channel, pool, dressed);
        var late =
                channel.eventLoop()
                        .schedule(
                                () -> dressed.tryFailure(late(origin)),
                                limits.upstreamConnectTimeout().toMillis(),
                                TimeUnit.MILLISECONDS);
        dressed.addListener(_ -> late.cancel(false));
        channel.pipeline().addLast(Http2Codecs.client(limits.header(), connection), connection);
        // frames are always read: what may come of each stream is bounded by its window
        channel.config().setAutoRead(true);
        channel.read();
    }

    private static ConnectFailure late(Origin origin) {
        return new ConnectFailure(
                Kind.TIMEOUT,
                origin
                        + " agreed on HTTP/2 and sent no settings"
                        + " (limits.upstream-connect-timeout)");
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

    /** Why a handshake failed is the agent's to hear, not the log's. */
    private static final class ToldByTheHandshake extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {}
    }
}
