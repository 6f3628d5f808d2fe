package dev.sidekey.admin;

import dev.sidekey.threads.OffLoop;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one admin request off the loop and writes its answer. A client that hangs up does not stop
 * the work: a code is exchanged once (E16). One request a connection keeps it simple.
 */
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);

    private final Answers answers;
    private final OffLoop offLoop;

    AdminHandler(Answers answers, OffLoop offLoop) {
        this.answers = answers;
        this.offLoop = offLoop;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest message) {
        if (message.decoderResult().isFailure()) {
            write(context, AdminAnswer.text(400, "This is not HTTP."));
            return;
        }
        var peer = ((InetSocketAddress) context.channel().remoteAddress()).getAddress();
        var request = AdminRequest.of(message, peer);
        var answered = offLoop.call(context.channel().eventLoop(), () -> answers.answer(request));
        answered.addListener(future -> {
            if (future.isSuccess()) {
                write(context, (AdminAnswer) future.getNow());
            } else {
                // the path may hold a login's nonce, the query a code: neither is logged
                LOG.error("an admin request failed", future.cause());
                write(context, AdminAnswer.text(500, "Sidekey failed; see its log."));
            }
        });
    }

    private static void write(ChannelHandlerContext context, AdminAnswer answer) {
        var body = Unpooled.copiedBuffer(answer.body(), StandardCharsets.UTF_8);
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("referrer-policy", "no-referrer")
                .set("x-content-type-options", "nosniff")
                .set(
                        "content-security-policy",
                        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
        answer.headers().forEach(response.headers()::set);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("an admin connection failed", cause);
        var _ = context.close();
    }
}
