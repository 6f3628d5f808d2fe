package dev.sidekey;

import dev.sidekey.certificate.CertificateAuthority;
import dev.sidekey.certificate.Leaf;
import dev.sidekey.certificate.LeafCertificates;
import dev.sidekey.fakes.FakeTlsServer;
import dev.sidekey.fakes.Http2Wire;
import dev.sidekey.fakes.RawClient;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What tests of https upstreams share: a CA of the world outside, whose servers are {@code *.test},
 * and agents that know the proxy and trust Sidekey's CA.
 */
abstract sealed class TlsRoadTest
        permits ClosedConnectionsTest,
                InterceptionTest,
                Http2Test,
                Http2FramesTest,
                HostileHttp2ServerTest,
                PatternModeTest,
                PatternTrafficTest {
    static final String HOST = "mcp.test";

    @TempDir Path state;
    @TempDir Path world;

    final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private CertificateAuthority outside;
    private LeafCertificates leaves;

    @BeforeEach
    void makeTheWorldsCa() {
        outside = new CertificateAuthority(world, null, List.of("*"), Clock.systemUTC());
        leaves = outside.leaves(threads);
        outside.ensure();
    }

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    final Leaf leaf(String host) {
        return leaves.leaf(host).join();
    }

    final FakeTlsServer server(String protocol, FakeTlsServer.Script script) throws Exception {
        return FakeTlsServer.start(leaf(HOST), protocol, script);
    }

    final TestConfig config() {
        var config = new TestConfig(state);
        config.caFile = world.resolve("ca.pem");
        config.resolve = Map.of(HOST, "127.0.0.1", "api.example.test", "127.0.0.1");
        return config;
    }

    static String url(FakeTlsServer server, String path) {
        return "https://" + HOST + ":" + server.port() + path;
    }

    final RunningSidekey start(FakeTlsServer server) throws IOException {
        return new RunningSidekey(config().upstream("default", url(server, "/mcp")).build());
    }

    /** An agent's client, told only the proxy and the CA. */
    final HttpClient agent(RunningSidekey sidekey, HttpClient.Version version) throws Exception {
        return HttpClient.newBuilder()
                .version(version)
                .proxy(
                        ProxySelector.of(
                                new InetSocketAddress(
                                        InetAddress.getLoopbackAddress(), sidekey.port())))
                .sslContext(trusting(state.resolve("ca.pem")))
                .executor(threads)
                .build();
    }

    final SSLContext trusting(Path pem) throws Exception {
        // made at first need, and an agent is told of it before
        new CertificateAuthority(state, null, List.of(HOST, "example.test"), Clock.systemUTC())
                .ensure();
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = Files.newInputStream(pem)) {
            int number = 0;
            for (var one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + number++, (X509Certificate) one);
            }
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** TLS within a tunnel to a host; as a client of HTTP/2 where that is asked for. */
    final SSLSocket tls(RunningSidekey sidekey, String authority, String... protocols)
            throws Exception {
        var context = trusting(state.resolve("ca.pem"));
        var client = new RawClient(sidekey.port());
        client.connect(authority);
        var host = authority.substring(0, authority.lastIndexOf(':'));
        var socket =
                (SSLSocket)
                        context.getSocketFactory().createSocket(client.socket(), host, 443, true);
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** An agent's HTTP/2 connection through a tunnel, with these settings. */
    final Http2Wire wire(RunningSidekey sidekey, String authority, int... settings)
            throws Exception {
        return new Http2Wire(tls(sidekey, authority, "h2")).beginAsClient(settings);
    }

    static byte[] upgrade(String host, String path) {
        return "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                .formatted(path, host)
                .getBytes(StandardCharsets.US_ASCII);
    }

    static String head(SSLSocket tls) throws Exception {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) tls.getInputStream().read());
        }
        return head.toString();
    }

    static void switchToEcho(ChannelHandlerContext context, FullHttpRequest request) {
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.SWITCHING_PROTOCOLS,
                        Unpooled.EMPTY_BUFFER);
        response.headers().set("Connection", "Upgrade").set("Upgrade", "websocket");
        FakeTlsServer.send(context, response);
        context.pipeline().remove(HttpServerCodec.class);
        context.pipeline()
                .addLast(
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext echo, Object message) {
                                FakeTlsServer.send(echo, message);
                            }
                        });
        context.pipeline().remove(HttpObjectAggregator.class);
        context.pipeline().remove(context.handler());
    }

    static HttpRequest.Builder post(String url, String body) {
        return HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    static void answer(ChannelHandlerContext context, FullHttpRequest request, String body) {
        answer(context, request, 200, body, Map.of());
    }

    static void answer(
            ChannelHandlerContext context,
            FullHttpRequest request,
            int status,
            String body,
            Map<String, String> headers) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(status),
                        Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
        headers.forEach((name, value) -> response.headers().set(name, value));
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        var stream = request.headers().get("x-http2-stream-id");
        if (stream != null) {
            response.headers().set("x-http2-stream-id", stream);
        }
        HttpUtil.setKeepAlive(response, true);
        FakeTlsServer.send(context, response);
    }

    /** Has a plain server answer what comes by TLS. */
    final FakeTlsServer.Script forwardTo(String origin) {
        var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return (context, request) -> {
            request.retain();
            var body = request.content().toString(StandardCharsets.UTF_8);
            var on =
                    HttpRequest.newBuilder(URI.create(origin + request.uri()))
                            .method(
                                    request.method().name(),
                                    HttpRequest.BodyPublishers.ofString(body));
            for (var name : List.of("Authorization", "Content-Type", "Accept")) {
                if (request.headers().contains(name)) {
                    on.header(name, request.headers().get(name));
                }
            }
            var _ =
                    http.sendAsync(on.build(), HttpResponse.BodyHandlers.ofString())
                            .whenCompleteAsync(
                                    (reply, _) -> {
                                        var headers = new HashMap<String, String>();
                                        for (var name :
                                                List.of("WWW-Authenticate", "Content-Type")) {
                                            reply.headers()
                                                    .firstValue(name)
                                                    .ifPresent(value -> headers.put(name, value));
                                        }
                                        answer(
                                                context,
                                                request,
                                                reply.statusCode(),
                                                reply.body(),
                                                headers);
                                        request.release();
                                    },
                                    context.executor());
        };
    }
}
