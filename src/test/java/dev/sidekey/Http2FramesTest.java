package dev.sidekey;

import static dev.sidekey.fakes.Http2Wire.DATA;
import static dev.sidekey.fakes.Http2Wire.GOAWAY;
import static dev.sidekey.fakes.Http2Wire.HEADERS;
import static dev.sidekey.fakes.Http2Wire.PING;
import static dev.sidekey.fakes.Http2Wire.RST_STREAM;
import static dev.sidekey.fakes.Http2Wire.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.EgressConfig;
import dev.sidekey.fakes.FakeTlsServer;
import dev.sidekey.fakes.HostileHttp2Server;
import dev.sidekey.fakes.Http2Wire;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What agents see of HTTP/2, frame by frame. */
final class Http2FramesTest extends TlsRoadTest {
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int PROTOCOL_ERROR = 1;
    private static final int STREAM_CLOSED = 5;

    private static String[] request(String method, String authority, String path, String... more) {
        var fields = new java.util.ArrayList<>(List.of(":method", method, ":scheme", "https"));
        fields.addAll(List.of(":authority", authority, ":path", path));
        fields.addAll(List.of(more));
        return fields.toArray(String[]::new);
    }

    private RunningSidekey refusing() throws Exception {
        var config = config();
        config.resolve = Map.of("api.example.test", "169.254.169.254");
        config.egress =
                new EgressConfig(
                        EgressConfig.Unmatched.TUNNEL,
                        EgressConfig.PrivateRanges.AUTO,
                        List.of(),
                        List.of(),
                        List.of("*.example.test"));
        return new RunningSidekey(config.build());
    }

    @Test
    void anAnswerBeforeTheRequestIsWholeEndsProperlyAndTheRestMayCome() throws Exception {
        var authority = "api.example.test:443";
        try (var sidekey = refusing();
                var wire = wire(sidekey, authority)) {
            wire.headers(1, false, request("POST", authority, "/x"));
            assertThat(wire.status(1)).isEqualTo("403");
            assertThat(wire.body(1)).contains("egress_refused");
            wire.data(1, true, "late");
            wire.headers(3, false, request("POST", "other.test", "/x"));
            assertThat(wire.status(3)).isEqualTo("421");
            assertThat(wire.body(3)).contains("misdirected_request");
            wire.data(3, true, "late");
            // nothing was reset, and the connection is good for the next one
            wire.write(PING, 0, 0, new byte[8]);
            var next = wire.await(frame -> frame.type() == PING || frame.type() == RST_STREAM);
            assertThat(next.type()).isEqualTo(PING);
        }
    }

    @Test
    void aLongRestOfARefusedRequestIsStoppedWithoutAnError() throws Exception {
        var authority = "api.example.test:443";
        try (var sidekey = refusing();
                var wire = wire(sidekey, authority)) {
            wire.headers(1, false, request("POST", authority, "/x"));
            assertThat(wire.body(1)).contains("egress_refused");
            for (int i = 0; i < 5; i++) {
                wire.data(1, false, "x".repeat(16_000));
            }
            var reset = wire.await(frame -> frame.is(RST_STREAM, 1));
            assertThat(reset.number(0)).as("NO_ERROR").isZero();
        }
    }

    private static void head(ChannelHandlerContext context, FullHttpRequest request, String type) {
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set("content-type", type);
        head.headers().set("x-http2-stream-id", request.headers().get("x-http2-stream-id"));
        FakeTlsServer.send(context, head);
        part(context, "data: 1\n\n");
    }

    private static void part(ChannelHandlerContext context, String text) {
        var bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        FakeTlsServer.send(context, new DefaultHttpContent(bytes));
    }

    @Test
    void sidekeyThatStopsSaysSoEndsStreamsCleanlyAndFinishesCalls() throws Exception {
        var slow = new AtomicReference<Runnable>();
        try (var server =
                        server(
                                "h2",
                                (context, request) -> {
                                    switch (request.uri()) {
                                        case "/events" ->
                                                head(context, request, "text/event-stream");
                                        case "/slow" ->
                                                slow.set(() -> answer(context, request, "whole"));
                                        default -> answer(context, request, "late but served");
                                    }
                                });
                var sidekey = start(server)) {
            var authority = HOST + ":" + server.port();
            try (var wire = wire(sidekey, authority)) {
                wire.headers(1, true, request("GET", authority, "/events"));
                assertThat(wire.status(1)).isEqualTo("200");
                wire.headers(3, true, request("GET", authority, "/slow"));
                RunningSidekey.await(() -> slow.get() != null, "the call has come");
                var stopped =
                        sidekey.later(() -> {
                            sidekey.stop();
                            return true;
                        });
                var first = wire.await(frame -> frame.type() == GOAWAY);
                assertThat(first.number(0)).isEqualTo(Integer.MAX_VALUE);
                // was on its way when the end was announced
                wire.headers(5, true, request("GET", authority, "/late"));
                assertThat(wire.body(5)).isEqualTo("late but served");
                var ends = wire.await(frame -> frame.type() == GOAWAY || frame.endsStream());
                assertThat(ends.type()).isEqualTo(GOAWAY);
                assertThat(ends.number(0)).isEqualTo(5);
                ends = wire.await(frame -> frame.type() == RST_STREAM || frame.endsStream());
                assertThat(ends.is(DATA, 1)).as(ends.toString()).isTrue();
                slow.get().run();
                assertThat(wire.body(3)).isEqualTo("whole");
                assertThat(wire.ends()).isTrue();
                assertThat(stopped.get()).isTrue();
            }
        }
    }

    @Test
    void aStreamThatAnswersACallHasTheWholeTimeAndThenEndsCleanly() throws Exception {
        try (var server =
                        server(
                                "h2",
                                (context, request) -> head(context, request, "text/event-stream"));
                var sidekey = start(server)) {
            var authority = HOST + ":" + server.port();
            try (var wire = wire(sidekey, authority)) {
                wire.headers(1, false, request("POST", authority, "/mcp"));
                wire.data(1, true, "{}");
                assertThat(wire.status(1)).isEqualTo("200");
                var began = System.nanoTime();
                var stopped =
                        sidekey.later(() -> {
                            sidekey.stop();
                            return true;
                        });
                assertThat(wire.body(1)).isEqualTo("data: 1\n\n");
                // limits.drain of the tests is two seconds
                assertThat(System.nanoTime() - began).isGreaterThan(2_000_000_000L);
                assertThat(stopped.get()).isTrue();
            }
        }
    }

    /**
     * The three cases of h2spec that H2specIT excepts: what the specification ends the connection
     * for ends the stream here, and no request comes of it.
     */
    @Test
    void headersForAStreamThatIsOverEndThatStreamAndReachNobody() throws Exception {
        try (var server =
                        server(
                                "h2",
                                (context, request) -> {
                                    if (!request.uri().equals("/never-answered")) {
                                        answer(context, request, request.uri());
                                    }
                                });
                var sidekey = start(server);
                var wire = wire(sidekey, HOST + ":" + server.port())) {
            var authority = HOST + ":" + server.port();
            wire.headers(5, true, request("GET", authority, "/before"));
            assertThat(wire.status(5)).isEqualTo("200");
            assertThat(wire.body(5)).isEqualTo("/before");

            wire.headers(5, true, request("GET", authority, "/again"));
            assertThat(resetOf(wire, 5)).isEqualTo(STREAM_CLOSED);
            wire.headers(3, true, request("GET", authority, "/smaller"));
            assertThat(resetOf(wire, 3)).isEqualTo(STREAM_CLOSED);
            wire.headers(7, true, request("GET", authority, "/never-answered"));
            wire.headers(7, true, request("GET", authority, "/again"));
            assertThat(resetOf(wire, 7)).isEqualTo(PROTOCOL_ERROR);

            wire.headers(9, true, request("GET", authority, "/after"));
            assertThat(wire.status(9)).isEqualTo("200");
            assertThat(wire.body(9)).isEqualTo("/after");
            assertThat(server.seen())
                    .extracting(FakeTlsServer.Seen::path)
                    .startsWith("/before")
                    .endsWith("/after")
                    .doesNotContain("/again", "/smaller");
        }
    }

    private static int resetOf(Http2Wire wire, int stream) throws Exception {
        return wire.await(frame -> frame.is(RST_STREAM, stream)).number(0);
    }

    @Test
    void trailersReachTheAgentAsGrpcNeedsThem() throws Exception {
        try (var server =
                        server(
                                "h2",
                                (context, request) -> {
                                    head(context, request, "application/grpc");
                                    var last = new DefaultLastHttpContent();
                                    last.trailingHeaders().set("grpc-status", "0");
                                    FakeTlsServer.send(context, last);
                                });
                var sidekey = start(server)) {
            var authority = HOST + ":" + server.port();
            try (var wire = wire(sidekey, authority)) {
                wire.headers(
                        1,
                        false,
                        request(
                                "POST",
                                authority,
                                "/grpc.Service/Call",
                                "te",
                                "trailers",
                                "content-type",
                                "application/grpc"));
                wire.data(1, true, "x");
                assertThat(wire.status(1)).isEqualTo("200");
                assertThat(wire.await(frame -> frame.is(DATA, 1)).endsStream()).isFalse();
                var trailers = wire.await(frame -> frame.is(HEADERS, 1));
                assertThat(trailers.endsStream()).isTrue();
                assertThat(wire.decode(trailers).get("grpc-status")).hasToString("0");
            }
            assertThat(server.seen().getLast().headers()).containsEntry("te", "trailers");
        }
    }

    /** Sends on a stream all that it may; completes when nothing more is allowed. */
    private static void flood(Http2Wire wire, AtomicInteger sent, CompletableFuture<Integer> full)
            throws Exception {
        var _ = wire.beginAsServer();
        int stream = wire.await(Http2Wire.Frame::endsStream).stream();
        wire.headers(stream, false, ":status", "200", "content-type", "application/octet-stream");
        int window = 128 * 1024;
        int silent = 0;
        while (true) {
            for (; window >= 8192; window -= 8192) {
                wire.data(stream, false, "x".repeat(8192));
                sent.addAndGet(8192);
            }
            wire.write(PING, 0, 0, new byte[8]);
            var frame = wire.await(one -> one.is(WINDOW_UPDATE, stream) || one.type() == PING);
            silent = frame.type() == PING ? silent + 1 : 0;
            window += frame.type() == WINDOW_UPDATE ? frame.number(0) : 0;
            if (silent == 20) {
                full.complete(sent.get());
            }
        }
    }

    @Test
    void whatTheAgentDoesNotTakeIsNotTakenFromTheUpstreamAndOthersGoOn() throws Exception {
        var sent = new AtomicInteger();
        var full = new CompletableFuture<Integer>();
        try (var server =
                        HostileHttp2Server.start(
                                leaf(HOST), (wire, number) -> flood(wire, sent, full));
                var sidekey =
                        new RunningSidekey(
                                config().upstream(
                                                "default",
                                                "https://" + HOST + ":" + server.port() + "/mcp")
                                        .build())) {
            var authority = HOST + ":" + server.port();
            try (var wire = wire(sidekey, authority, INITIAL_WINDOW_SIZE, 0)) {
                wire.headers(1, true, request("GET", authority, "/large"));
                assertThat(wire.status(1)).isEqualTo("200");
                int stopped = full.get();
                assertThat(stopped).isLessThan(400 * 1024);
                // as much as is taken here is taken there
                wire.number(WINDOW_UPDATE, 1, 1024 * 1024);
                wire.number(WINDOW_UPDATE, 0, 1024 * 1024);
                int came = 0;
                while (came < 600 * 1024) {
                    came += wire.await(frame -> frame.is(DATA, 1)).payload().length;
                }
                assertThat(sent.get()).isGreaterThan(stopped);
            }
        }
    }

    @Test
    void aResetOfTheUpstreamIsAResetForTheAgentNeverAnEnd() throws Exception {
        try (var server =
                        HostileHttp2Server.start(
                                leaf(HOST),
                                (wire, number) -> {
                                    var _ = wire.beginAsServer();
                                    int stream = wire.await(Http2Wire.Frame::endsStream).stream();
                                    wire.headers(stream, false, ":status", "200");
                                    wire.data(stream, false, "half");
                                    wire.number(RST_STREAM, stream, 2);
                                    wire.await(_ -> false);
                                });
                var sidekey =
                        new RunningSidekey(
                                config().upstream(
                                                "default",
                                                "https://" + HOST + ":" + server.port() + "/mcp")
                                        .build())) {
            var authority = HOST + ":" + server.port();
            try (var wire = wire(sidekey, authority)) {
                wire.headers(1, true, request("GET", authority, "/x"));
                var last = wire.await(frame -> frame.type() == RST_STREAM || frame.endsStream());
                assertThat(last.is(RST_STREAM, 1)).isTrue();
                assertThat(last.number(0)).as("INTERNAL_ERROR").isEqualTo(2);
            }
        }
    }
}
