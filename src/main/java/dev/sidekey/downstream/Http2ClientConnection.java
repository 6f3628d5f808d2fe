package dev.sidekey.downstream;

import dev.sidekey.http2.Http2Codecs;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One agent's HTTP/2 connection: knows its streams, ends it when none has come for a while, and
 * says goodbye (GOAWAY) when Sidekey stops. Confined to its event loop.
 *
 * <p>The first GOAWAY names no stream, so that what is on its way is still served; the second names
 * the last one that is (RFC 9113 §6.8).
 */
final class Http2ClientConnection extends ChannelInboundHandlerAdapter {
    private final Channel channel;
    private final IdleLimit idle = new IdleLimit();
    private final Set<Channel> streams = new LinkedHashSet<>();
    private boolean leaving;

    Http2ClientConnection(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.writeAndFlush(Http2Codecs.wideWindow())
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        idle.waiting(context);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        idle.end();
    }

    /** The client began a request. */
    void opened(Channel stream) {
        streams.add(stream);
        idle.busy();
        stream.closeFuture().addListener(_ -> closed(stream));
    }

    private void closed(Channel stream) {
        streams.remove(stream);
        var context = channel.pipeline().context(this);
        if (!streams.isEmpty() || context == null) {
            return;
        }
        if (leaving) {
            var _ = channel.close();
        } else {
            idle.waiting(context);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Draining draining) {
            drain(context, draining);
        }
        context.fireUserEventTriggered(event);
    }

    private void drain(ChannelHandlerContext context, Draining draining) {
        if (draining == Draining.ANNOUNCED) {
            goAway(context, Integer.MAX_VALUE);
            return;
        }
        if (!leaving) {
            leaving = true;
            goAway(context, 0);
        }
        if (streams.isEmpty()) {
            var _ = context.close();
            return;
        }
        // one that ends is taken out
        for (var stream : List.copyOf(streams)) {
            stream.pipeline().fireUserEventTriggered(draining);
        }
    }

    /** Streams beyond the last one known are served as far as said. */
    private static void goAway(ChannelHandlerContext context, int beyond) {
        var frame = new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(beyond);
        context.writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // Netty closes for a violation itself, and says which it was; a close here would come first
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
            var _ = context.close();
        }
    }
}
