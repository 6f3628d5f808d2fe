package dev.sidekey.admin;

import dev.sidekey.authorization.Operations;
import dev.sidekey.config.HostPort;
import dev.sidekey.threads.OffLoop;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Sidekey's own listener: health, logins, the OAuth callback, the command line. */
public final class AdminListener implements AutoCloseable {
    private static final int LARGEST_BODY = 64 * 1024;
    private static final int SECONDS_TO_ASK = 30;

    private final Channel channel;
    private volatile Answers answers = Answers::whileStarting;

    private AdminListener(ServerBootstrap bootstrap, HostPort address, OffLoop offLoop)
            throws IOException {
        bootstrap.childHandler(
                new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel child) {
                        child.pipeline()
                                .addLast(new ReadTimeoutHandler(SECONDS_TO_ASK))
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(LARGEST_BODY))
                                .addLast(
                                        new AdminHandler(
                                                request -> answers.answer(request), offLoop));
                    }
                });
        var bound = bootstrap.bind(address.host(), address.port()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "admin-listen: cannot listen on %s: %s"
                            .formatted(address, bound.cause().getMessage()));
        }
        channel = bound.channel();
    }

    /**
     * Binds the listener; returns once it listens, so that a login link made later always finds it
     * (X10). Until it {@linkplain #serve serves} it says that it is alive and not ready.
     *
     * @param group event loops
     * @param channelType the server channel of these loops
     * @param address where to listen
     * @param offLoop the door to virtual threads
     * @throws IOException when the address is taken
     */
    public static AdminListener bind(
            EventLoopGroup group,
            Class<? extends ServerChannel> channelType,
            HostPort address,
            OffLoop offLoop)
            throws IOException {
        var bootstrap = new ServerBootstrap().group(group).channel(channelType);
        return new AdminListener(bootstrap, address, offLoop);
    }

    /** Answers all there is from now on. */
    public void serve(Desk desk) {
        answers =
                new AdminRoutes(
                        desk.operations(),
                        new AdminGuard(desk.access()),
                        new LoginCookie(desk.publicUrl(), desk.loopback()),
                        probes(desk));
    }

    private static AdminRoutes.Probes probes(Desk desk) {
        var readiness =
                new Readiness(desk.operations(), desk.accepting(), desk.required(), desk.offLoop());
        return new AdminRoutes.Probes(desk.started(), readiness, desk.scrape(), desk.quit());
    }

    /** The port listened on, for configurations that let the system choose. */
    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** Stops listening. */
    @Override
    public void close() {
        channel.close().syncUninterruptibly();
    }

    /**
     * What the listener works with.
     *
     * @param operations the authorization room's view
     * @param access who may ask
     * @param publicUrl where browsers reach this listener
     * @param loopback whether that URL is loopback
     * @param started whether the agent's listener has been opened
     * @param accepting whether it takes requests
     * @param required upstreams that must be authenticated before Sidekey is ready
     * @param scrape all meters in Prometheus' text format; may block
     * @param quit begins to stop, and returns at once
     * @param offLoop the door to virtual threads
     */
    public record Desk(
            Operations operations,
            Supplier<AdminAccess> access,
            URI publicUrl,
            boolean loopback,
            BooleanSupplier started,
            BooleanSupplier accepting,
            Supplier<List<String>> required,
            Supplier<String> scrape,
            Runnable quit,
            OffLoop offLoop) {}
}
