package dev.sidekey.downstream;

import dev.sidekey.exchange.ConnectRequest;
import dev.sidekey.http1.ResponseEncoder;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Turns an HTTP/1.1 connection into a tunnel. */
final class Connecting {
    private static final byte[] ESTABLISHED =
            "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private Connecting() {}

    /**
     * Says yes and takes HTTP out of the pipeline. Bytes that came after the CONNECT are handed to
     * the handlers that {@code next} adds.
     */
    static void established(ChannelHandlerContext client, Runnable next) {
        var pipeline = client.pipeline();
        var decoder = pipeline.get(RequestDecoder.class);
        pipeline.remove(ResponseEncoder.class);
        pipeline.remove(Http1Client.class);
        pipeline.writeAndFlush(Unpooled.wrappedBuffer(ESTABLISHED))
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        next.run();
        pipeline.remove(decoder);
    }

    /** Passes a 101 on and takes HTTP out of the pipeline. */
    static void switched(ChannelHandlerContext client, HttpResponse head, Consumer<Channel> join) {
        var pipeline = client.pipeline();
        var decoder = pipeline.get(RequestDecoder.class);
        client.write(head).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        client.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        pipeline.remove(ResponseEncoder.class);
        pipeline.remove(Http1Client.class);
        join.accept(client.channel());
        pipeline.remove(decoder);
    }

    /** Opens a blind tunnel for the client, or answers why there is none. */
    static void blind(Http1Client client, ChannelHandlerContext context, ConnectRequest request) {
        request.open(
                new ConnectRequest.Client() {
                    @Override
                    public Channel channel() {
                        return context.channel();
                    }

                    @Override
                    public void onOpen(Runnable join) {
                        established(context, join);
                    }

                    @Override
                    public void onRefused(FullHttpResponse answer) {
                        client.answerAndClose(answer);
                    }
                });
    }
}
