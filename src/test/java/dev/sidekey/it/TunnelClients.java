package dev.sidekey.it;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Clients that ask one thing through a tunnel with TLS, cheap enough for thousands. Whom they trust
 * is shown elsewhere: these take any certificate.
 */
final class TunnelClients implements AutoCloseable {
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final SslContext tls;
    private final int port;

    /**
     * @param port of the proxy, on loopback
     */
    TunnelClients(int port) throws SSLException {
        this.port = port;
        this.tls =
                SslContextBuilder.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .endpointIdentificationAlgorithm(null)
                        .build();
    }

    /**
     * Sends a request and reads to the end of the connection.
     *
     * @param authority where the tunnel leads, and what TLS names
     */
    CompletableFuture<String> ask(String authority, String request) {
        var client = new Client(authority, request);
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(client)
                .connect(InetAddress.getLoopbackAddress(), port)
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        client.answer.completeExceptionally(connected.cause());
                    }
                });
        return client.answer;
    }

    private final class Client extends SimpleChannelInboundHandler<ByteBuf> {
        private final CompletableFuture<String> answer = new CompletableFuture<>();
        private final StringBuilder read = new StringBuilder();
        private final String authority;
        private final String request;
        private boolean inside;

        Client(String authority, String request) {
            this.authority = authority;
            this.request = request;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            write(context, "CONNECT " + authority + " HTTP/1.1\r\nHost: x\r\n\r\n");
        }

        private static void write(ChannelHandlerContext context, String text) {
            context.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII))
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            read.append(bytes.toString(StandardCharsets.US_ASCII));
            if (!inside && read.toString().endsWith("\r\n\r\n")) {
                inside = true;
                read.setLength(0);
                var host = authority.substring(0, authority.indexOf(':'));
                context.pipeline().addFirst(tls.newHandler(context.alloc(), host, 443));
                write(context, request);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answer.complete(read.toString());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            answer.completeExceptionally(cause);
            var _ = context.close();
        }
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
