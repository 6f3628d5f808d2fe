package dev.sidekey.exchange;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries bytes both ways between two channels of one event loop, and looks at none. What one side
 * does not take is not read from the other; an end of one side is passed on while the other goes on
 * (half-close); a reset stays a reset. Ends when both sides have, or when nothing has come either
 * way for the idle limit. Holds no thread.
 */
public final class Tunnel {
    /** What may lie between a fast side and a slow one, times the size of one read. */
    private static final int READS_AT_ONCE = 2;

    private final TunnelEnd client;
    private final TunnelEnd upstream;
    private final long idleNanos;
    private final Runnable onEnd;
    private long lastNanos = System.nanoTime();
    private @Nullable Future<?> timer;
    private boolean ended;

    private Tunnel(Channel client, Channel upstream, Duration idle, Runnable onEnd) {
        this.client = new TunnelEnd(this, client);
        this.upstream = new TunnelEnd(this, upstream);
        this.idleNanos = idle.toNanos();
        this.onEnd = onEnd;
    }

    /**
     * Joins two channels from whose pipelines all other handlers but TLS are gone or about to go.
     * Both must be of one event loop and not read by themselves.
     *
     * @param idle how long nothing may come before the tunnel is ended
     * @param onEnd told once, when both are closed
     */
    public static void join(Channel client, Channel upstream, Duration idle, Runnable onEnd) {
        var tunnel = new Tunnel(client, upstream, idle, onEnd);
        tunnel.client.attach(tunnel.upstream);
        tunnel.upstream.attach(tunnel.client);
        tunnel.checkLater(tunnel.idleNanos);
        tunnel.client.start();
        tunnel.upstream.start();
    }

    /** Only a plain socket can end one direction by itself. */
    static boolean mayHalfClose(Channel channel) {
        return channel instanceof DuplexChannel && channel.pipeline().get(SslHandler.class) == null;
    }

    static void prepare(Channel channel) {
        if (channel.config().getRecvByteBufAllocator()
                instanceof MaxMessagesRecvByteBufAllocator size) {
            size.maxMessagesPerRead(READS_AT_ONCE);
        }
        channel.config().setAutoRead(false);
        if (mayHalfClose(channel)) {
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        }
    }

    void touched() {
        lastNanos = System.nanoTime();
    }

    private void checkLater(long inNanos) {
        timer =
                client.channel()
                        .eventLoop()
                        .schedule(this::checkIdle, inNanos, TimeUnit.NANOSECONDS);
    }

    private void checkIdle() {
        if (ended) {
            return;
        }
        long left = idleNanos - (System.nanoTime() - lastNanos);
        if (left <= 0) {
            closeBoth();
        } else {
            checkLater(left);
        }
    }

    /** One side has nothing more to say: the other hears that once it has heard all before. */
    void onInputEnded(TunnelEnd from) {
        var to = from.peer();
        to.channel()
                .writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(_ -> {
                    to.heardAll();
                    if (from.hasHeardAll() || !mayHalfClose(to.channel())) {
                        closeBoth();
                    } else {
                        var _ = ((DuplexChannel) to.channel()).shutdownOutput();
                    }
                });
    }

    /** One side is gone: the other follows once it has heard all that was said. */
    void onClosed(TunnelEnd from) {
        from.peer()
                .channel()
                .writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(ChannelFutureListener.CLOSE);
        if (!ended && !from.peer().channel().isActive()) {
            ended = true;
            if (timer != null) {
                var _ = timer.cancel(false);
            }
            onEnd.run();
        }
    }

    /** One side was reset: the other must not take what it has for the whole. */
    void onBroken(TunnelEnd from) {
        if (from.peer().channel().isOpen()) {
            from.peer().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        closeBoth();
    }

    private void closeBoth() {
        var _ = client.channel().close();
        var _ = upstream.channel().close();
    }
}
