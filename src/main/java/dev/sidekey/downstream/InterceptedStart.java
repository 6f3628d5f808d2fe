package dev.sidekey.downstream;

import dev.sidekey.exchange.ConnectRequest;
import dev.sidekey.threads.OffLoop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes inside an intercepted tunnel decide: TLS is taken off, HTTP is understood where
 * the upstream itself is plain, anything else is told what is wrong. Whoever sends nothing is
 * ended.
 */
final class InterceptedStart extends ByteToMessageDecoder {
    private static final int TLS_HANDSHAKE = 0x16;

    private final DownstreamListener.Service service;
    private final Authority authority;
    private final Doors doors;
    private @Nullable Future<?> timer;
    private boolean waiting;
    private long began;

    /** Makes the door of what is inside. */
    @FunctionalInterface
    interface Doors {
        Door of(String scheme);
    }

    InterceptedStart(DownstreamListener.Service service, Authority authority, Doors doors) {
        this.service = service;
        this.authority = authority;
        this.doors = doors;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        began = System.nanoTime();
        var patience = service.limits().handshake().toMillis();
        timer = context.executor().schedule(() -> end(context), patience, TimeUnit.MILLISECONDS);
        context.read();
    }

    private static void end(ChannelHandlerContext context) {
        var _ = context.close();
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        if (timer != null) {
            var _ = timer.cancel(false);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (waiting || !in.isReadable()) {
            return;
        }
        var interception = service.interception();
        var tls = in.getUnsignedByte(in.readerIndex()) == TLS_HANDSHAKE;
        if (tls && interception.takesTls(authority)) {
            takeTls(context);
        } else if (tls) {
            tunnel(context);
        } else if (interception.takesPlain(authority)) {
            DownstreamPipeline.addHttp1(
                    context.channel(), doors.of("http"), service.limits().header());
            context.pipeline().remove(this);
        } else {
            in.skipBytes(in.readableBytes());
            refuse(context);
        }
    }

    private void takeTls(ChannelHandlerContext context) {
        var loop = context.channel().eventLoop();
        context.pipeline()
                .addLast(
                        new InterceptedSni(
                                (asked, promise) -> certified(loop, asked, promise),
                                service.limits().handshake().toNanos(),
                                began))
                .addLast(new InterceptedTls(service, authority, doors.of("https")));
        context.pipeline().remove(this);
    }

    /** Always the host of the CONNECT: that is where what is inside will go. */
    private Future<SslContext> certified(
            EventLoop loop, @Nullable String asked, Promise<SslContext> promise) {
        if (asked != null && !asked.equalsIgnoreCase(authority.host())) {
            var problem = "it asks for " + asked + " in a tunnel to " + authority.host();
            service.rooms().forwards().puzzled(authority.host(), problem);
        }
        var made = service.interception().context(authority.host());
        OffLoop.home(loop, made)
                .addListener((Future<SslContext> future) -> {
                    if (future.isSuccess()) {
                        lend(future.getNow(), promise);
                    } else {
                        promise.tryFailure(future.cause());
                    }
                });
        return promise;
    }

    private static void lend(SslContext leased, Promise<SslContext> promise) {
        if (!promise.trySuccess(leased)) {
            ReferenceCountUtil.release(leased);
        }
    }

    /** TLS for a host whose upstream is plain: none of ours. */
    private void tunnel(ChannelHandlerContext context) {
        waiting = true;
        var request = new ConnectRequest(service.rooms(), authority.host(), authority.port());
        request.open(
                new ConnectRequest.Client() {
                    @Override
                    public Channel channel() {
                        return context.channel();
                    }

                    @Override
                    public void onOpen(Runnable join) {
                        join.run();
                        context.pipeline().remove(InterceptedStart.this);
                    }

                    @Override
                    public void onRefused(FullHttpResponse answer) {
                        answer.release();
                        var _ = context.close();
                    }
                });
    }

    private void refuse(ChannelHandlerContext context) {
        waiting = true;
        var problem = "it sends something else than TLS";
        service.rooms().forwards().puzzled(authority.host(), problem);
        var answer =
                new Refused(
                                400,
                                "not_tls",
                                "Sidekey intercepts "
                                        + authority.host()
                                        + " and awaits TLS here; this is none",
                                true)
                        .toResponse();
        context.pipeline().addFirst(new HttpResponseEncoder());
        context.pipeline().writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }
}
