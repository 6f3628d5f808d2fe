package dev.sidekey.downstream;

import dev.sidekey.address.AddressPolicy;
import dev.sidekey.config.AgentsConfig;
import dev.sidekey.config.HostPort;
import dev.sidekey.exchange.ExchangeRooms;
import dev.sidekey.exchange.Routes;
import dev.sidekey.oauth.Secret;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The listener that agents talk to. */
public final class DownstreamListener {
    private final Channel channel;
    private final ChannelGroup connections;

    /**
     * What requests are served with.
     *
     * @param rooms what exchanges work with
     * @param routes where requests go
     * @param egress who may be connected to on the forward roads
     * @param longestHead bytes of a request head (limits.header)
     * @param agents who may ask
     * @param proxyAuth what forward clients must show; null when nothing
     */
    public record Service(
            ExchangeRooms rooms,
            Routes routes,
            AddressPolicy egress,
            int longestHead,
            AgentsConfig agents,
            @Nullable Secret proxyAuth) {}

    private DownstreamListener(Channel channel, ChannelGroup connections) {
        this.channel = channel;
        this.connections = connections;
    }

    /**
     * Begins to listen.
     *
     * @param group event loops
     * @param channelType the server channel of these loops
     * @return completes when the address is bound, or fails when it is taken
     */
    public static ChannelFuture bind(
            EventLoopGroup group,
            Class<? extends ServerChannel> channelType,
            HostPort address,
            Service service) {
        var connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        var resolved = new InetSocketAddress(address.host(), address.port());
        var guard = new LocalGuard(resolved.getAddress().isLoopbackAddress(), address.host());
        return new ServerBootstrap()
                .group(group)
                .channel(channelType)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childAttr(Connections.KEY, connections)
                .childHandler(new DownstreamPipeline(service, guard))
                .attr(Connections.KEY, connections)
                .bind(resolved);
    }

    /** The listener of a bound channel. */
    public static DownstreamListener of(Channel bound) {
        return new DownstreamListener(bound, bound.attr(Connections.KEY).get());
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
        connections.forEach(
                connection -> connection.pipeline().fireUserEventTriggered(Draining.NOW));
        connections.newCloseFuture().awaitUninterruptibly(patience.toMillis());
        connections.close().awaitUninterruptibly();
    }

    /** Told to each connection when Sidekey stops: the call under way is the last. */
    enum Draining {
        NOW
    }
}
