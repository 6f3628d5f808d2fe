package dev.sidekey.downstream;

import dev.sidekey.exchange.Client;
import dev.sidekey.exchange.Exchange;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One agent's HTTP/1.1 connection: one exchange after the other. Translates; the exchange decides.
 * Confined to its event loop.
 */
final class Http1Client extends ChannelDuplexHandler implements Client {
    private final RequestDoor door;
    private final ResponseEncoder encoder;
    private final IdleLimit idle = new IdleLimit();
    private final ArrayDeque<Object> inbound = new ArrayDeque<>(4);

    private @Nullable ChannelHandlerContext context;
    private @Nullable Exchange exchange;
    private @Nullable HttpRequest request;
    private boolean discarding;
    private boolean closing;
    private boolean watching;
    private boolean wanted;
    private boolean delivering;

    Http1Client(RequestDoor door, ResponseEncoder encoder) {
        this.door = door;
        this.encoder = encoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        if (added.channel().isActive()) {
            awaitRequest();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        awaitRequest();
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("used only within its pipeline");
        }
        return context;
    }

    private void awaitRequest() {
        exchange = null;
        request = null;
        watching = false;
        idle.waiting(context());
        read();
    }

    @Override
    public void channelRead(ChannelHandlerContext current, Object message) {
        inbound.add(message);
        deliver(current);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext current) {
        if (wanted) {
            current.read();
        }
    }

    /** One message a wish: pipelined requests wait here for the exchange before them. */
    private void deliver(ChannelHandlerContext current) {
        while (wanted && !delivering && !inbound.isEmpty()) {
            wanted = false;
            delivering = true;
            try {
                onMessage(current, inbound.poll());
            } finally {
                delivering = false;
            }
        }
    }

    private void onMessage(ChannelHandlerContext current, Object message) {
        if (message instanceof HttpRequest head) {
            onRequest(current, head);
        } else if (message instanceof HttpContent part) {
            onPart(current, part);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void onRequest(ChannelHandlerContext current, HttpRequest head) {
        request = head;
        idle.busy();
        encoder.asked(head.method());
        var port = ((InetSocketAddress) current.channel().localAddress()).getPort();
        switch (door.way(head, port)) {
            case RequestDoor.On on -> {
                if (HttpUtil.is100ContinueExpected(head)) {
                    var go =
                            new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE);
                    current.writeAndFlush(go).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
                }
                var begun = door.exchange(this, head, on);
                exchange = begun;
                begun.start();
            }
            case RequestDoor.Refused refused -> refuse(current, refused);
        }
    }

    private void refuse(ChannelHandlerContext current, RequestDoor.Refused refused) {
        closing |= refused.close();
        discarding = true;
        write(refused.toResponse());
        flush();
        if (closing) {
            closeAfterFlush(current);
        } else {
            read();
        }
    }

    private void onPart(ChannelHandlerContext current, HttpContent part) {
        if (part.decoderResult().isFailure()) {
            part.release();
            broken(current);
        } else if (exchange != null) {
            exchange.onRequestPart(part);
        } else {
            part.release();
            if (discarding && part instanceof LastHttpContent) {
                discarding = false;
                awaitRequest();
            } else {
                read();
            }
        }
    }

    /** A bad chunk in mid-body: what was sent on cannot be completed, nor may it be guessed. */
    private void broken(ChannelHandlerContext current) {
        var ended = exchange;
        exchange = null;
        closing = true;
        if (ended != null) {
            ended.onClientGone();
        }
        refuse(current, new RequestDoor.Refused(400, "bad_request", "the body is malformed", true));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext current) {
        if (exchange != null && current.channel().isWritable()) {
            exchange.onClientWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext current, Object event) {
        if (event == DownstreamListener.Draining.NOW) {
            closing = true;
            if (exchange == null) {
                var _ = current.close();
            }
        }
        current.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext current) {
        inbound.forEach(ReferenceCountUtil::release);
        inbound.clear();
        var ended = exchange;
        exchange = null;
        if (ended != null) {
            ended.onClientGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext current, Throwable cause) {
        // a reset, mostly; channelInactive tells the exchange
        var _ = current.close();
    }

    @Override
    public EventLoop loop() {
        return context().channel().eventLoop();
    }

    @Override
    public void write(HttpObject part) {
        if (part instanceof HttpResponse head && head.status().code() >= 200) {
            frame(head);
        }
        context().write(part).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    /** Says how the body ends, in what the client's version understands, and whether we go on. */
    private void frame(HttpResponse head) {
        var asked = request;
        var old = asked == null || asked.protocolVersion().equals(HttpVersion.HTTP_1_0);
        closing |= old || !HttpUtil.isKeepAlive(asked);
        if (old) {
            HttpUtil.setTransferEncodingChunked(head, false);
        } else if (needsFraming(head)) {
            HttpUtil.setTransferEncodingChunked(head, true);
        }
        if (closing) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    private static boolean needsFraming(HttpResponse head) {
        int status = head.status().code();
        return status != 204
                && status != 304
                && !HttpUtil.isContentLengthSet(head)
                && !HttpUtil.isTransferEncodingChunked(head);
    }

    @Override
    public void flush() {
        context().flush();
    }

    @Override
    public boolean isWritable() {
        return context().channel().isWritable();
    }

    @Override
    public void read() {
        wanted = true;
        deliver(context());
        // a delivery under way goes on with the next message by itself
        if (wanted && inbound.isEmpty()) {
            context().read();
        }
    }

    @Override
    public void watchForHangUp() {
        if (!watching) {
            watching = true;
            // what comes waits in line, but an end of the connection is seen
            context().read();
        }
    }

    @Override
    public void finished(boolean reusable) {
        exchange = null;
        if (closing || !reusable) {
            closeAfterFlush(context());
        } else {
            awaitRequest();
        }
    }

    private void closeAfterFlush(ChannelHandlerContext current) {
        closing = true;
        current.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void abort() {
        exchange = null;
        // a reset, so that not even a close-delimited body looks complete
        context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        var _ = context().close();
    }
}
