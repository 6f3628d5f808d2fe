package dev.sidekey.fakes;

import dev.sidekey.certificate.Leaf;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A loopback TLS server that speaks HTTP/1.1 or HTTP/2, with Netty's own HTTP objects over HTTP/2,
 * not Sidekey's. The test answers each request on its event loop.
 */
public final class FakeTlsServer implements AutoCloseable {
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> resets = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Script script;
    private final Channel channel;
    private final long mostStreams;

    /** Answers one request by writing HTTP objects, or frames, to the context. */
    @FunctionalInterface
    public interface Script {
        void answer(ChannelHandlerContext context, FullHttpRequest request) throws Exception;
    }

    /** A request as it came. */
    public record Seen(
            String protocol,
            String method,
            String path,
            Map<String, String> headers,
            String body) {}

    private FakeTlsServer(
            InetAddress address, Leaf leaf, String protocol, long mostStreams, Script script)
            throws Exception {
        this.script = script;
        this.mostStreams = mostStreams;
        var tls =
                SslContextBuilder.forServer(
                                leaf.key(), leaf.chain().toArray(X509Certificate[]::new))
                        .applicationProtocolConfig(
                                new ApplicationProtocolConfig(
                                        ApplicationProtocolConfig.Protocol.ALPN,
                                        ApplicationProtocolConfig.SelectorFailureBehavior
                                                .NO_ADVERTISE,
                                        ApplicationProtocolConfig.SelectedListenerFailureBehavior
                                                .ACCEPT,
                                        protocol.equals("h2")
                                                ? List.of("h2", "http/1.1")
                                                : List.of("http/1.1")))
                        .build();
        channel =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(new Connection(tls))
                        .bind(address, 0)
                        .sync()
                        .channel();
    }

    /** Starts one that prefers a protocol: {@code h2} (and speaks HTTP/1.1 too) or http/1.1. */
    public static FakeTlsServer start(Leaf leaf, String protocol, Script script) throws Exception {
        return start(InetAddress.getLoopbackAddress(), leaf, protocol, script);
    }

    /** Starts one at another address of this machine. */
    public static FakeTlsServer start(
            InetAddress address, Leaf leaf, String protocol, Script script) throws Exception {
        return new FakeTlsServer(address, leaf, protocol, 100, script);
    }

    /** Starts one that takes so many streams a connection. */
    public static FakeTlsServer start(Leaf leaf, long mostStreams, Script script) throws Exception {
        return new FakeTlsServer(InetAddress.getLoopbackAddress(), leaf, "h2", mostStreams, script);
    }

    private final class Connection extends ChannelInitializer<SocketChannel> {
        private final SslContext tls;

        Connection(SslContext tls) {
            this.tls = tls;
        }

        @Override
        protected void initChannel(SocketChannel socket) {
            connections.incrementAndGet();
            socket.pipeline()
                    .addLast(tls.newHandler(socket.alloc()))
                    .addLast(
                            new ApplicationProtocolNegotiationHandler("http/1.1") {
                                @Override
                                protected void configurePipeline(
                                        ChannelHandlerContext context, String protocol) {
                                    dress(context, protocol);
                                }

                                @Override
                                protected void handshakeFailure(
                                        ChannelHandlerContext context, Throwable cause) {
                                    var _ = context.close();
                                }
                            });
        }

        private void dress(ChannelHandlerContext context, String protocol) {
            if (protocol.equals("h2")) {
                context.pipeline()
                        .addLast(
                                Http2FrameCodecBuilder.forServer()
                                        .initialSettings(
                                                Http2Settings.defaultSettings()
                                                        .maxConcurrentStreams(mostStreams))
                                        .build(),
                                new Http2MultiplexHandler(
                                        new ChannelInitializer<Channel>() {
                                            @Override
                                            protected void initChannel(Channel stream) {
                                                stream.pipeline()
                                                        .addLast(
                                                                new Http2StreamFrameToHttpObjectCodec(
                                                                        true),
                                                                new HttpObjectAggregator(1 << 24),
                                                                new Request(protocol));
                                            }
                                        }));
            } else {
                context.pipeline()
                        .addLast(
                                new HttpServerCodec(),
                                new HttpObjectAggregator(1 << 24),
                                new Request(protocol));
            }
        }
    }

    private final class Request extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final String protocol;
        private String path = "";

        Request(String protocol) {
            this.protocol = protocol;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request)
                throws Exception {
            path = request.uri();
            var headers = new ConcurrentHashMap<String, String>();
            request.headers().forEach(line -> headers.put(line.getKey(), line.getValue()));
            seen.add(
                    new Seen(
                            protocol,
                            request.method().name(),
                            path,
                            headers,
                            request.content().toString(StandardCharsets.UTF_8)));
            script.answer(context, request);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event)
                throws Exception {
            if (event instanceof Http2ResetFrame) {
                resets.merge(path, 1, Integer::sum);
            }
            super.userEventTriggered(context, event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }

    /** Writes and flushes; the test sees at the other end whether it came. */
    public static void send(ChannelHandlerContext context, Object message) {
        context.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** All requests so far. */
    public List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** How many connections there have been. */
    public int connections() {
        return connections.get();
    }

    /** How many streams of a path the client has reset. */
    public int resets(String of) {
        return resets.getOrDefault(of, 0);
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
