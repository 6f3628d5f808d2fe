package dev.sidekey.exchange;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One of a tunnel's two ends: passes on what it reads. Confined to the event loop. */
final class TunnelEnd extends ChannelInboundHandlerAdapter {
    private final Tunnel tunnel;
    private final Channel channel;
    private @Nullable TunnelEnd peer;
    private boolean waiting;
    private boolean ended;
    private boolean heardAll;

    TunnelEnd(Tunnel tunnel, Channel channel) {
        this.tunnel = tunnel;
        this.channel = channel;
    }

    Channel channel() {
        return channel;
    }

    TunnelEnd peer() {
        return Objects.requireNonNull(peer, "both ends are attached before either is used");
    }

    /** All that the other side had to say was written here. */
    void heardAll() {
        heardAll = true;
    }

    boolean hasHeardAll() {
        return heardAll;
    }

    void attach(TunnelEnd other) {
        peer = other;
        Tunnel.prepare(channel);
        channel.pipeline().addLast(this);
    }

    void start() {
        if (channel.isActive()) {
            channel.read();
        } else {
            tunnel.onClosed(this);
        }
    }

    private void read() {
        if (channel.isActive() && !ended) {
            channel.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        tunnel.touched();
        if (peer().channel.isActive()) {
            peer().channel.write(message).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        peer().channel.flush();
        if (peer().channel.isWritable()) {
            read();
        } else {
            waiting = true;
        }
    }

    /** This side takes more again: the other is read on. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable() && peer().waiting) {
            peer().waiting = false;
            peer().read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !ended) {
            ended = true;
            tunnel.onInputEnded(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended = true;
        tunnel.onClosed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        tunnel.onBroken(this);
    }
}
