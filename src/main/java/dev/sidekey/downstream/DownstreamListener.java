package dev.sidekey.downstream;

import dev.sidekey.address.AddressPolicy;
import dev.sidekey.config.AgentsConfig;
import dev.sidekey.config.HostPort;
import dev.sidekey.config.LimitsConfig;
import dev.sidekey.exchange.ExchangeRooms;
import dev.sidekey.exchange.Routes;
import dev.sidekey.oauth.Secret;
import dev.sidekey.threads.Reads;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The listener that agents talk to. */
public final class DownstreamListener {
    private static final Duration NOTICE = Duration.ofMillis(500);

    private final Channel channel;
    private final ChannelGroup connections;
    private final CurrentDoor door;

    /**
     * What requests are served with.
     *
     * @param rooms what exchanges work with
     * @param routes where requests go
     * @param interception which tunnels are looked into
     * @param egress who may be connected to on the forward roads
     * @param limits sizes and times
     * @param agents who may ask
     * @param proxyAuth what forward clients must show; null when nothing
     */
    public record Service(
            ExchangeRooms rooms,
            Routes routes,
            Interception interception,
            AddressPolicy egress,
            LimitsConfig limits,
            AgentsConfig agents,
            @Nullable Secret proxyAuth) {}

    private DownstreamListener(Channel channel, ChannelGroup connections, CurrentDoor door) {
        this.channel = channel;
        this.connections = connections;
        this.door = door;
    }

    /**
     * Listens. Blocks until the address is bound.
     *
     * @param group event loops
     * @param channelType the server channel of these loops
     * @throws IOException when the address is taken
     */
    public static DownstreamListener bind(
            EventLoopGroup group,
            Class<? extends ServerChannel> channelType,
            HostPort address,
            Service service)
            throws IOException {
        var connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        var resolved = new InetSocketAddress(address.host(), address.port());
        var guard = new LocalGuard(resolved.getAddress().isLoopbackAddress(), address.host());
        var door = new CurrentDoor(service, guard);
        var bound =
                new ServerBootstrap()
                        .group(group)
                        .channel(channelType)
                        .option(ChannelOption.SO_BACKLOG, 1024)
                        .childOption(ChannelOption.AUTO_READ, false)
                        .childOption(ChannelOption.RECVBUF_ALLOCATOR, Reads.AT_A_TIME)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childAttr(Connections.KEY, connections)
                        .childHandler(new DownstreamPipeline(door, service.limits().header()))
                        .bind(resolved)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "listen: cannot listen on " + address + ": " + bound.cause().getMessage());
        }
        return new DownstreamListener(bound.channel(), connections, door);
    }

    /**
     * Serves the next requests otherwise, also those of connections that are looked into already;
     * requests under way go on as they began.
     */
    public void become(Service service) {
        door.become(service);
    }

    /** The port listened on, for configurations that let the system choose. */
    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** Stops accepting; connections that exist go on. */
    public ChannelFuture stopAccepting() {
        return channel.close();
    }

    /**
     * Lets connections end by themselves, then ends the rest. Blocks; not for event loops.
     *
     * @param patience how long calls may go on
     */
    public void drain(Duration patience) {
        // a request that is on its way over an idle connection is still served, as the last one
        tell(Draining.ANNOUNCED, patience.compareTo(NOTICE) < 0 ? patience : NOTICE);
        tell(Draining.NOW, patience);
        tell(Draining.OVER, NOTICE);
        connections.close().awaitUninterruptibly();
        door.now().service().interception().close();
    }

    private void tell(Draining event, Duration patience) {
        connections.forEach(connection -> connection.pipeline().fireUserEventTriggered(event));
        connections.newCloseFuture().awaitUninterruptibly(patience.toMillis());
    }
}
