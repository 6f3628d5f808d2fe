package dev.sidekey.downstream;

import dev.sidekey.http2.Http2Codecs;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;

/**
 * One agent's HTTP/2 connection: counts its streams, ends it when none has come for a while, and
 * says goodbye (GOAWAY) when Sidekey stops. Confined to its event loop.
 */
final class Http2ClientConnection extends ChannelInboundHandlerAdapter {
    private final Channel channel;
    private final IdleLimit idle = new IdleLimit();
    private int streams;
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

    /** The client began a request. */
    void opened(Channel stream) {
        streams++;
        idle.busy();
        stream.closeFuture().addListener(_ -> closed());
    }

    private void closed() {
        streams--;
        var context = channel.pipeline().context(this);
        if (streams > 0 || context == null) {
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
        if (event == Draining.ANNOUNCED) {
            leaving = true;
            // names the last stream that is served: the client may safely begin others elsewhere
            context.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR))
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        } else if (event == Draining.NOW && streams == 0) {
            var _ = context.close();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
