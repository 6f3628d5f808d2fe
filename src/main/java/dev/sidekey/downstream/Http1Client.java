package dev.sidekey.downstream;

import dev.sidekey.exchange.Client;
import dev.sidekey.exchange.ConnectRequest;
import dev.sidekey.exchange.Exchange;
import dev.sidekey.http1.ResponseEncoder;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One agent's HTTP/1.1 connection: one exchange after the other. Translates; the exchange decides.
 * Confined to its event loop.
 */
final class Http1Client extends ChannelDuplexHandler implements Client {
    private final Door door;
    private final RequestDecoder decoder;
    private final ResponseEncoder encoder;
    private final IdleLimit idle = new IdleLimit();
    private final Inbox inbox = new Inbox(this::onMessage);

    private @Nullable ChannelHandlerContext context;
    private @Nullable Exchange exchange;
    private @Nullable HttpRequest request;
    private boolean discarding;
    private boolean closing;
    private boolean watching;
    private boolean reading;

    Http1Client(Door door, RequestDecoder decoder, ResponseEncoder encoder) {
        this.door = door;
        this.decoder = decoder;
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
    public void handlerRemoved(ChannelHandlerContext removed) {
        idle.end();
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
            onRequest(context(), head);
        } else if (message instanceof HttpContent part) {
            onPart(context(), part);
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
            case Way.On on -> begin(current, head, on);
            case Way.Through through -> connect(current, through.authority());
            case Way.Into into ->
                    Connecting.established(current, () -> current.pipeline().addLast(into.start()));
            case Refused refused -> refuse(current, refused);
        }
    }

    private void begin(ChannelHandlerContext current, HttpRequest head, Way.On on) {
        Http1Framing.letGoOn(current, head);
        var begun = new Exchange(door.rooms(), this, head, on.route(), on.agent());
        exchange = begun;
        begun.start();
    }

    private void connect(ChannelHandlerContext current, Authority to) {
        Connecting.blind(this, current, new ConnectRequest(door.rooms(), to.host(), to.port()));
    }

    /** Ends the connection with an answer. */
    void answerAndClose(FullHttpResponse answer) {
        closing = true;
        write(answer);
        closeAfterFlush(context());
    }

    private void refuse(ChannelHandlerContext current, Refused refused) {
        closing |= refused.close();
        discarding = true;
        write(refused.toResponse());
        flush();
        if (closing) {
            closeAfterFlush(current);
        } else {
            decoder.stayHttp(current);
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
        refuse(current, new Refused(400, "bad_request", "the body is malformed", true));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext current) {
        if (exchange != null && current.channel().isWritable()) {
            exchange.onClientWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext current, Object event) {
        if (event instanceof Draining draining) {
            closing = true;
            if (draining != Draining.ANNOUNCED) {
                drain(current, draining == Draining.OVER);
            }
        }
        current.fireUserEventTriggered(event);
    }

    private void drain(ChannelHandlerContext current, boolean over) {
        if (exchange == null) {
            var _ = current.close();
        } else {
            exchange.onDraining(over);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext current) {
        inbox.clear();
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
            closing = Http1Framing.apply(head, request, closing);
        }
        // a failure comes as an exception, and the encoder may put several parts into one buffer
        var _ = context().write(part, context().voidPromise());
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

    @Override
    public void watchForHangUp() {
        if (!watching) {
            watching = true;
            // what comes waits in line, but an end of the connection is seen
            context().read();
        }
    }

    @Override
    public void switchProtocols(HttpResponse head, Consumer<Channel> join) {
        exchange = null;
        Connecting.switched(context(), head, join);
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
