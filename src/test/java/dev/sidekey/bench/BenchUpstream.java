package dev.sidekey.bench;

import dev.sidekey.bench.EventSource.Streams;
import dev.sidekey.http2.Http2Codecs;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLException;

/**
 * The MCP server behind all proxies: answers a call at once, with as many bytes as it was sent or a
 * hundred; protects itself and gives tokens of 1 KiB; streams events at a pace. One event loop, in
 * a process of its own. Arguments: port; port with TLS; port with TLS and HTTP/2; certificate; key.
 */
final class BenchUpstream extends ChannelInitializer<Channel> {
    static final String TOKEN = "t".repeat(1024);

    private final Streams streams = new Streams();
    private final SslContext tls;

    private BenchUpstream(SslContext tls) {
        this.tls = tls;
    }

    public static void main(String[] arguments) throws Exception {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        listen(loop, Integer.parseInt(arguments[0]), new BenchUpstream(null));
        var http1 = tls(arguments, ApplicationProtocolNames.HTTP_1_1);
        listen(loop, Integer.parseInt(arguments[1]), new BenchUpstream(http1));
        var http2 = tls(arguments, ApplicationProtocolNames.HTTP_2);
        listen(loop, Integer.parseInt(arguments[2]), new BenchUpstream(http2));
    }

    private static SslContext tls(String[] arguments, String protocol) throws SSLException {
        var alpn =
                new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        protocol);
        return SslContextBuilder.forServer(new File(arguments[3]), new File(arguments[4]))
                .sslProvider(SslProvider.OPENSSL)
                .applicationProtocolConfig(alpn)
                .build();
    }

    private static void listen(EventLoopGroup loop, int port, BenchUpstream each) {
        new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childHandler(each)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .syncUninterruptibly();
    }

    @Override
    protected void initChannel(Channel channel) {
        if (tls == null) {
            plain(channel.pipeline());
            return;
        }
        channel.pipeline().addLast(tls.newHandler(channel.alloc()), new ByProtocol());
    }

    private void plain(ChannelPipeline pipeline) {
        pipeline.addLast(new HttpServerCodec(), new HttpObjectAggregator(1 << 20), new Answer());
    }

    /** HTTP/2 where the proxy can. */
    private final class ByProtocol extends ApplicationProtocolNegotiationHandler {
        ByProtocol() {
            super(ApplicationProtocolNames.HTTP_1_1);
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext context, String protocol) {
            if (!protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                plain(context.pipeline());
                return;
            }
            var each =
                    new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel stream) {
                            stream.pipeline()
                                    .addLast(
                                            new Http2StreamFrameToHttpObjectCodec(true),
                                            new HttpObjectAggregator(1 << 20),
                                            new Answer());
                        }
                    };
            context.pipeline()
                    .addLast(Http2Codecs.server(64 * 1024))
                    .addLast(new Http2MultiplexHandler(each));
        }
    }

    private final class Answer extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            var uri = request.uri();
            if (uri.startsWith("/mcp")) {
                protectedly(context, request);
            } else if (uri.startsWith("/tell/")) {
                streams.tell(context.channel().eventLoop(), Integer.parseInt(uri.substring(6)));
                send(context, "{}");
            } else {
                send(context, BenchDocuments.of(uri, request.headers().get("host")));
            }
        }

        private void protectedly(ChannelHandlerContext context, FullHttpRequest request) {
            var shown = request.headers().get(HttpHeaderNames.AUTHORIZATION);
            if (!("Bearer " + TOKEN).equals(shown)) {
                refuse(context);
            } else if (request.method().name().equals("GET")) {
                streams.add(context.channel());
            } else {
                send(context, BenchDocuments.answerTo(request.content()));
            }
        }

        private void refuse(ChannelHandlerContext context) {
            var response = response(HttpResponseStatus.UNAUTHORIZED, Unpooled.EMPTY_BUFFER);
            response.headers().set("WWW-Authenticate", "Bearer scope=\"mcp\"");
            var _ = context.writeAndFlush(response);
        }

        private void send(ChannelHandlerContext context, String text) {
            send(context, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        }

        private void send(ChannelHandlerContext context, ByteBuf body) {
            var _ = context.writeAndFlush(response(HttpResponseStatus.OK, body));
        }

        private DefaultFullHttpResponse response(HttpResponseStatus status, ByteBuf body) {
            var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
            return response;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
