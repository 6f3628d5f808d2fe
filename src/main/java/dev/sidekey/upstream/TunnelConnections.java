package dev.sidekey.upstream;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tunnels over connections of their own: none is pooled, none is looked into. */
public final class TunnelConnections implements Tunnels {
    private final Connector connector;

    /**
     * Makes the room's door for tunnels.
     *
     * @param network how to connect
     * @param timeout for all of it
     */
    public TunnelConnections(UpstreamConnections.Network network, Duration timeout) {
        this.connector = new Connector(network.ground(timeout), TunnelConnections::dress);
    }

    /** Whatever runs in it is taken for TLS when the outer proxy is chosen. */
    @Override
    public void open(EventLoop loop, String host, int port, Listener listener) {
        connector
                .connect(loop, new Origin("https", host, port))
                .addListener((Future<Channel> future) -> {
                    if (future.isSuccess()) {
                        listener.onOpen(future.getNow());
                    } else {
                        listener.onFailed(ConnectFailure.toAttemptFailure(future.cause()));
                    }
                });
    }

    private static Future<Channel> dress(Channel channel, Origin origin, @Nullable URI proxy) {
        if (proxy == null) {
            return channel.eventLoop().newSucceededFuture(channel);
        }
        Promise<Channel> dressed = channel.eventLoop().newPromise();
        ProxyTunnel.open(channel, origin, proxy)
                .addListener(future -> {
                    if (future.isSuccess()) {
                        dressed.trySuccess(channel);
                    } else {
                        dressed.tryFailure(future.cause());
                    }
                });
        return dressed;
    }
}
