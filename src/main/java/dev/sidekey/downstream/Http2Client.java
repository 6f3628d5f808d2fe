package dev.sidekey.downstream;

import dev.sidekey.exchange.Client;
import dev.sidekey.exchange.Exchange;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an agent's HTTP/2 connection: one request and its answer. A stream that the agent
 * closes is a cancel (2.2 rule 3). Translates; the exchange decides. Confined to its event loop.
 */
final class Http2Client extends ChannelInboundHandlerAdapter implements Client {
    private static final long MOST_DISCARDED = 64 * 1024;

    private final Door door;
    private final Inbox inbox = new Inbox(this::onMessage);
    private @Nullable ChannelHandlerContext context;
    private @Nullable Exchange exchange;
    private boolean reading;
    private boolean requestEnded;
    private long discarded;

    Http2Client(Door door) {
        this.door = door;
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("used only within its pipeline");
        }
        return context;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        read();
    }

    @Override
    public void channelRead(ChannelHandlerContext current, Object message) {
        reading = true;
        inbox.add(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext current) {
        reading = false;
        if (exchange != null) {
            exchange.onRequestRead();
        }
        if (inbox.isWanting()) {
            current.read();
        }
    }

    private void onMessage(Object message) {
        if (message instanceof HttpRequest head) {
            onRequest(head);
        } else if (message instanceof HttpContent part) {
            requestEnded |= part instanceof LastHttpContent;
            if (exchange == null) {
                discard(part);
            } else {
                exchange.onRequestPart(part);
            }
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    /**
     * What is left of a request that has been answered; some clients take a reset for a failure.
     */
    private void discard(HttpContent part) {
        discarded += part.content().readableBytes();
        part.release();
        if (requestEnded) {
            return;
        }
        if (discarded > MOST_DISCARDED) {
            reset(Http2Error.NO_ERROR);
        } else {
            read();
        }
    }

    private void onRequest(HttpRequest head) {
        switch (door.way(head, 0)) {
            case Way.On on -> begin(head, on);
            case Refused refused -> refuse(refused);
            // a CONNECT within a tunnel is refused at its door
            case Way.Through _ -> abort();
            case Way.Into _ -> abort();
        }
    }

    private void begin(HttpRequest head, Way.On on) {
        if (HttpUtil.is100ContinueExpected(head)) {
            write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            write(LastHttpContent.EMPTY_LAST_CONTENT);
            flush();
        }
        var begun = new Exchange(door.rooms(), this, head, on.route(), on.agent());
        exchange = begun;
        begun.start();
    }

    private void refuse(Refused refused) {
        write(refused.toResponse());
        flush();
        finished(false);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext current) {
        if (exchange != null && current.channel().isWritable()) {
            exchange.onClientWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext current, Object event) {
        if (event instanceof Http2ResetFrame) {
            gone();
        } else if (event instanceof Draining draining && exchange != null) {
            exchange.onDraining(draining == Draining.OVER);
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext current) {
        gone();
    }

    private void gone() {
        inbox.clear();
        var ended = exchange;
        exchange = null;
        if (ended != null) {
            ended.onClientGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext current, Throwable cause) {
        // Netty answers a stream error with its own code; channelInactive tells the exchange
        if (!(cause instanceof Http2Exception)) {
            var _ = current.close();
        }
    }

    @Override
    public EventLoop loop() {
        return context().channel().eventLoop();
    }

    @Override
    public void write(HttpObject part) {
        context().write(part).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
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
        if (inbox.want()) {
            context().read();
        }
    }

    @Override
    public boolean isReading() {
        return reading;
    }

    /** A reset is told without being read for. */
    @Override
    public void watchForHangUp() {}

    /** There is no Upgrade in HTTP/2 (RFC 9113 §8.6), so that no upstream is asked for one. */
    @Override
    public void switchProtocols(HttpResponse head, Consumer<Channel> join) {
        abort();
    }

    @Override
    public void finished(boolean reusable) {
        exchange = null;
        if (!reusable && !requestEnded) {
            read();
        }
    }

    @Override
    public void abort() {
        exchange = null;
        reset(Http2Error.INTERNAL_ERROR);
    }

    private void reset(Http2Error error) {
        if (context().channel().isActive()) {
            context()
                    .writeAndFlush(new DefaultHttp2ResetFrame(error))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }
}
