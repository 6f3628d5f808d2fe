package dev.sidekey.upstream;

import dev.sidekey.address.AddressPolicy;
import dev.sidekey.address.OuterProxy;
import dev.sidekey.address.Resolver;
import dev.sidekey.threads.OffLoop;
import dev.sidekey.threads.Reads;
import dev.sidekey.upstream.AttemptFailure.Kind;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections: resolves off the loop, judges each address, and connects to the very address
 * that was judged (X1), the next one when one does not answer.
 */
final class Connector {
    private final Ground ground;
    private final Pipeline pipeline;

    /**
     * What connections are made with.
     *
     * @param transport channel class
     * @param offLoop the door to virtual threads
     * @param resolver finds addresses
     * @param policy judges them
     * @param outerProxy the proxy to go through, if any
     * @param timeout for all of it
     */
    record Ground(
            Transport transport,
            OffLoop offLoop,
            Resolver resolver,
            AddressPolicy policy,
            OuterProxy outerProxy,
            Duration timeout) {}

    /** Dresses a new channel; the future completes when it may be used. */
    @FunctionalInterface
    interface Pipeline {
        Future<Channel> dress(Channel channel, Origin origin, @Nullable URI proxy);
    }

    Connector(Ground ground, Pipeline pipeline) {
        this.ground = ground;
        this.pipeline = pipeline;
    }

    /** A connection on the given loop, or a {@link ConnectFailure}. */
    Future<Channel> connect(EventLoop loop, Origin origin) {
        Promise<Channel> promise = loop.newPromise();
        var proxy =
                ground.outerProxy().forDestination(origin.isSecure(), origin.host(), origin.port());
        var looked = ground.offLoop().call(loop, () -> addresses(origin, proxy));
        looked.addListener((Future<List<InetSocketAddress>> future) -> {
            if (future.isSuccess()) {
                new Tries(loop, origin, proxy, future.getNow(), promise).next(null);
            } else {
                promise.tryFailure(future.cause());
            }
        });
        return promise;
    }

    /** Blocks; runs on a virtual thread. Behind a proxy only the name can be judged. */
    private List<InetSocketAddress> addresses(Origin origin, @Nullable URI proxy)
            throws ConnectFailure {
        var refusedName = ground.policy().refusal(origin.host(), origin.port(), null);
        if (refusedName != null) {
            throw new ConnectFailure(Kind.REFUSED_ADDRESS, refusedName);
        }
        var host = proxy == null ? origin.host() : proxy.getHost();
        int port = proxy == null ? origin.port() : proxy.getPort() < 0 ? 80 : proxy.getPort();
        try {
            var allowed = new ArrayList<InetSocketAddress>();
            @Nullable String refusal = null;
            for (var address : ground.resolver().resolve(host)) {
                var refused = proxy == null ? ground.policy().refusal(host, port, address) : null;
                refusal = refused == null ? refusal : refused;
                if (refused == null) {
                    allowed.add(new InetSocketAddress(address, port));
                }
            }
            if (allowed.isEmpty() && refusal != null) {
                throw new ConnectFailure(Kind.REFUSED_ADDRESS, refusal);
            }
            return allowed;
        } catch (UnknownHostException e) {
            throw new ConnectFailure(Kind.UNKNOWN_HOST, "no such host: " + host);
        }
    }

    /** One address after the other, within one time limit. */
    private final class Tries {
        private final EventLoop loop;
        private final Origin origin;
        private final @Nullable URI proxy;
        private final List<InetSocketAddress> addresses;
        private final Promise<Channel> promise;
        private final long giveUp = System.nanoTime() + ground.timeout().toNanos();
        private int tried;

        Tries(
                EventLoop loop,
                Origin origin,
                @Nullable URI proxy,
                List<InetSocketAddress> addresses,
                Promise<Channel> promise) {
            this.loop = loop;
            this.origin = origin;
            this.proxy = proxy;
            this.addresses = addresses;
            this.promise = promise;
        }

        void next(@Nullable Throwable last) {
            long millisLeft = (giveUp - System.nanoTime()) / 1_000_000;
            if (tried == addresses.size() || millisLeft <= 0) {
                promise.tryFailure(last == null ? noAnswer("in time") : last);
                return;
            }
            int share = (int) Math.max(1, millisLeft / (addresses.size() - tried));
            var bootstrap =
                    new Bootstrap()
                            .group(loop)
                            .channel(ground.transport().client())
                            .option(ChannelOption.AUTO_READ, false)
                            .option(ChannelOption.RECVBUF_ALLOCATOR, Reads.AT_A_TIME)
                            .option(ChannelOption.TCP_NODELAY, true)
                            .option(ChannelOption.SO_KEEPALIVE, true)
                            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, share)
                            .handler(Nothing.INSTANCE);
            bootstrap.connect(addresses.get(tried++)).addListener(this::connected);
        }

        private void connected(Future<? super Void> future) {
            var channel = ((ChannelFuture) future).channel();
            if (!future.isSuccess()) {
                next(noAnswer(": " + future.cause().getMessage()));
                return;
            }
            pipeline.dress(channel, origin, proxy)
                    .addListener((Future<Channel> dressed) -> {
                        if (dressed.isSuccess()) {
                            if (!promise.trySuccess(channel)) {
                                var _ = channel.close();
                            }
                        } else {
                            var _ = channel.close();
                            promise.tryFailure(dressed.cause());
                        }
                    });
        }

        private ConnectFailure noAnswer(String how) {
            return new ConnectFailure(
                    Kind.CONNECT,
                    origin + " cannot be reached" + (how.startsWith(":") ? how : " " + how));
        }
    }

    /** A pipeline is dressed only once the connection stands. */
    private static final class Nothing extends ChannelInitializer<Channel> {
        static final Nothing INSTANCE = new Nothing();

        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        protected void initChannel(Channel channel) {
            // see Connector.Pipeline
        }
    }
}
