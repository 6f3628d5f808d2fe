package dev.sidekey.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/** The agents' side: one event loop, and connections on it by any way. */
final class Connections implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final SslContext tls;

    Connections() throws SSLException {
        // whom it talks to is not what is measured
        tls =
                SslContextBuilder.forClient()
                        .sslProvider(SslProvider.OPENSSL)
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .build();
    }

    EventLoop loop() {
        return group.next();
    }

    /** Connects; the handler is told once it may send, as of an active channel. */
    ChannelFuture open(Way way, Supplier<ChannelHandler> handler) {
        return new Bootstrap()
                .group(group)
                .channel(EpollSocketChannel.class)
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline()
                                        .addLast(
                                                way.tunnel() == null
                                                        ? handler.get()
                                                        : new Tunnel(way, handler));
                            }
                        })
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), way.port()));
    }

    /** Asks for a tunnel, then for TLS in it, then makes way. */
    private final class Tunnel extends ByteToMessageDecoder {
        private final Way way;
        private final Supplier<ChannelHandler> handler;

        Tunnel(Way way, Supplier<ChannelHandler> handler) {
            this.way = way;
            this.handler = handler;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            var ask = "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\n\r\n".formatted(way.tunnel());
            var _ = context.writeAndFlush(ByteBufUtil.writeAscii(context.alloc(), ask));
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            var said = in.toString(StandardCharsets.US_ASCII);
            if (!said.endsWith("\r\n\r\n")) {
                return;
            }
            if (!said.startsWith("HTTP/1.1 200")) {
                throw new IllegalStateException(said);
            }
            in.skipBytes(in.readableBytes());
            var host = way.tunnel().substring(0, way.tunnel().indexOf(':'));
            var secured = tls.newHandler(context.alloc(), host, 443);
            context.pipeline().addLast(secured, handler.get());
            // it became active before these came
            var _ =
                    secured.handshakeFuture()
                            .addListener(
                                    _ -> context.pipeline().context(secured).fireChannelActive());
            context.pipeline().remove(this);
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully().syncUninterruptibly();
    }
}
