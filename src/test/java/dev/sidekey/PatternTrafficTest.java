package dev.sidekey;

import static dev.sidekey.fakes.Http2Wire.DATA;
import static dev.sidekey.fakes.Http2Wire.HEADERS;
import static dev.sidekey.fakes.Http2Wire.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.EgressConfig;
import dev.sidekey.fakes.FakeTlsServer;
import dev.sidekey.fakes.HostileHttp2Server;
import dev.sidekey.fakes.Http2Wire;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is no MCP on hosts of {@code egress.intercept} passes, whatever it is. */
final class PatternTrafficTest extends TlsRoadTest {
    private static final String API = "api.example.test";
    private static final int CANCEL = 8;

    private RunningSidekey start() throws IOException {
        var config = config();
        config.egress =
                new EgressConfig(
                        EgressConfig.Unmatched.TUNNEL,
                        EgressConfig.PrivateRanges.AUTO,
                        List.of(),
                        List.of(),
                        List.of("*.example.test"));
        return new RunningSidekey(config.build());
    }

    private static String[] request(String method, int port, String path, String... more) {
        var fields =
                new String[] {
                    ":method",
                    method,
                    ":scheme",
                    "https",
                    ":authority",
                    API + ":" + port,
                    ":path",
                    path
                };
        var all = Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return all;
    }

    private static String text(Http2Wire.Frame frame) {
        return new String(frame.payload(), StandardCharsets.US_ASCII);
    }

    @Test
    void webSocketsAreSwitchedTo() throws Exception {
        try (var server = FakeTlsServer.start(leaf(API), "h2", TlsRoadTest::switchToEcho);
                var sidekey = start();
                var tls = tls(sidekey, API + ":" + server.port())) {
            tls.getOutputStream().write(upgrade(API + ":" + server.port(), "/socket"));
            assertThat(head(tls)).startsWith("HTTP/1.1 101").contains("upgrade: websocket");
            tls.getOutputStream().write("frames".getBytes(StandardCharsets.US_ASCII));
            assertThat(tls.getInputStream().readNBytes(6)).asString().isEqualTo("frames");
        }
    }

    /** What gRPC needs (its HTTP/2 transport mapping): te, both directions at once, trailers. */
    @Test
    void aStreamOfGRpcGoesBothWaysAtOnceAndEndsWithTrailers() throws Exception {
        var came = new CompletableFuture<Http2Headers>();
        try (var server = HostileHttp2Server.start(leaf(API), (wire, _) -> serveGRpc(wire, came));
                var sidekey = start();
                var agent = wire(sidekey, API + ":" + server.port())) {
            agent.headers(
                    1,
                    false,
                    request(
                            "POST",
                            server.port(),
                            "/echo.Echo/Chat",
                            "content-type",
                            "application/grpc",
                            "te",
                            "trailers",
                            "authorization",
                            "Bearer own",
                            "grpc-timeout",
                            "10S"));
            agent.data(1, false, "ping-1");
            assertThat(agent.status(1)).isEqualTo("200");
            assertThat(text(agent.await(frame -> frame.is(DATA, 1)))).isEqualTo("pong-1");
            agent.data(1, true, "ping-2");
            assertThat(text(agent.await(frame -> frame.is(DATA, 1)))).isEqualTo("pong-2");
            var trailers = agent.await(frame -> frame.is(HEADERS, 1));
            assertThat(trailers.endsStream()).isTrue();
            assertThat(agent.decode(trailers).get("grpc-status")).hasToString("0");
            var headers = came.get(10, TimeUnit.SECONDS);
            assertThat(headers.get("te")).hasToString("trailers");
            assertThat(headers.get("authorization")).hasToString("Bearer own");
            assertThat(headers.get("grpc-timeout")).hasToString("10S");
            assertThat(headers.get("content-type")).hasToString("application/grpc");
            assertThat(sidekey.logins()).isEmpty();
        }
    }

    private static void serveGRpc(Http2Wire wire, CompletableFuture<Http2Headers> came)
            throws Exception {
        wire.beginAsServer();
        var head = wire.await(frame -> frame.type() == HEADERS);
        came.complete(wire.decode(head));
        int stream = head.stream();
        assertThat(text(wire.await(frame -> frame.is(DATA, stream)))).isEqualTo("ping-1");
        wire.headers(stream, false, ":status", "200", "content-type", "application/grpc");
        wire.data(stream, false, "pong-1");
        var last = wire.await(frame -> frame.is(DATA, stream) && frame.payload().length > 0);
        assertThat(text(last)).isEqualTo("ping-2");
        wire.data(stream, false, "pong-2");
        wire.headers(stream, true, "grpc-status", "0");
        assertThat(wire.ends()).isTrue();
    }

    @Test
    void aStreamThatStaysOpenBlocksNoOtherAndIsCancelledAlone() throws Exception {
        var reset = new CompletableFuture<Integer>();
        try (var server = HostileHttp2Server.start(leaf(API), (wire, _) -> serveTwo(wire, reset));
                var sidekey = start();
                var agent = wire(sidekey, API + ":" + server.port())) {
            agent.headers(1, true, request("GET", server.port(), "/events"));
            assertThat(agent.status(1)).isEqualTo("200");
            assertThat(text(agent.await(frame -> frame.is(DATA, 1)))).isEqualTo("open");
            agent.headers(3, true, request("GET", server.port(), "/other"));
            assertThat(agent.status(3)).isEqualTo("200");
            assertThat(agent.body(3)).isEqualTo("done");
            agent.number(RST_STREAM, 1, CANCEL);
            assertThat(reset.get(10, TimeUnit.SECONDS)).isEqualTo(CANCEL);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    private static void serveTwo(Http2Wire wire, CompletableFuture<Integer> reset)
            throws Exception {
        wire.beginAsServer();
        int first = wire.await(frame -> frame.type() == HEADERS).stream();
        wire.headers(first, false, ":status", "200").data(first, false, "open");
        int second = wire.await(frame -> frame.type() == HEADERS).stream();
        wire.headers(second, false, ":status", "200").data(second, true, "done");
        reset.complete(wire.await(frame -> frame.is(RST_STREAM, first)).number(0));
        assertThat(wire.ends()).isTrue();
    }

    @Test
    void aRequestWithAnAuthorizationOfItsOwnArrivesAsItWas() throws Exception {
        try (var server =
                        FakeTlsServer.start(
                                leaf(API),
                                "h2",
                                (context, request) -> answer(context, request, "seen"));
                var sidekey = start()) {
            var own =
                    post("https://" + API + ":" + server.port() + "/mcp?x=%20y", "{\"a\":1}")
                            .header("Mcp-Session-Id", "s")
                            .header("Authorization", "Bearer own")
                            .header("X-Own", "kept")
                            .build();
            var answer = agent(sidekey, Version.HTTP_2).send(own, BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("seen");
            var seen = server.seen().getLast();
            assertThat(seen.path()).isEqualTo("/mcp?x=%20y");
            assertThat(seen.body()).isEqualTo("{\"a\":1}");
            assertThat(seen.headers())
                    .containsEntry("authorization", "Bearer own")
                    .containsEntry("mcp-session-id", "s")
                    .containsEntry("x-own", "kept")
                    .containsEntry("content-type", "application/json");
            assertThat(sidekey.logins()).isEmpty();
        }
    }
}
