package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeTlsServer;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP/2 on both sides: streams, their ends, and what one must not do to another. */
final class Http2Test extends TlsRoadTest {

    private static void head(ChannelHandlerContext context, FullHttpRequest request, String type) {
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set("content-type", type);
        if (request.headers().contains("x-http2-stream-id")) {
            head.headers().set("x-http2-stream-id", request.headers().get("x-http2-stream-id"));
        } else {
            head.headers().set("transfer-encoding", "chunked");
        }
        FakeTlsServer.send(context, head);
    }

    private static void part(ChannelHandlerContext context, String text) {
        var bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        context.executor()
                .execute(() -> FakeTlsServer.send(context, new DefaultHttpContent(bytes)));
    }

    private static HttpRequest get(FakeTlsServer server, String path) {
        return HttpRequest.newBuilder(URI.create(url(server, path))).build();
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1,http/1.1", "HTTP_1_1,h2", "HTTP_2,http/1.1", "HTTP_2,h2"})
    void eachEventPassesAsItComes(Version version, String upstream) throws Exception {
        var stream = new AtomicReference<ChannelHandlerContext>();
        try (var server =
                        server(
                                upstream,
                                (context, request) -> {
                                    head(context, request, "text/event-stream");
                                    stream.set(context);
                                    part(context, "data: 0\n\n");
                                });
                var sidekey = start(server)) {
            var answer =
                    agent(sidekey, version).send(get(server, "/mcp"), BodyHandlers.ofInputStream());
            assertThat(answer.version()).isEqualTo(version);
            var lines =
                    new BufferedReader(
                            new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
            // the next event is sent only once the one before has come
            for (int i = 0; i < 5; i++) {
                assertThat(lines.readLine()).isEqualTo("data: " + i);
                assertThat(lines.readLine()).isEmpty();
                part(stream.get(), "data: " + (i + 1) + "\n\n");
            }
        }
    }

    @Test
    void aStreamThatNobodyReadsDoesNotBlockTheOthers() throws Exception {
        // else the agent itself takes megabytes that nobody has asked it for
        System.setProperty("jdk.httpclient.windowsize", "65536");
        try (var server = server("h2", Http2Test::floodOrEcho);
                var sidekey = start(server)) {
            var agent = agent(sidekey, Version.HTTP_2);
            var unread = new ArrayList<InputStream>();
            for (int i = 0; i < 12; i++) {
                unread.add(agent.send(get(server, "/flood"), BodyHandlers.ofInputStream()).body());
            }
            for (int i = 0; i < 20; i++) {
                var answer =
                        agent.send(
                                post(url(server, "/echo"), "x" + i).build(),
                                BodyHandlers.ofString());
                assertThat(answer.body()).isEqualTo("x" + i);
            }
            assertThat(server.connections()).isLessThanOrEqualTo(2);
            for (var one : unread) {
                one.close();
            }
        } finally {
            System.clearProperty("jdk.httpclient.windowsize");
        }
    }

    private static void floodOrEcho(ChannelHandlerContext context, FullHttpRequest request) {
        if (!request.uri().equals("/flood")) {
            answer(context, request, request.content().toString(StandardCharsets.UTF_8));
            return;
        }
        head(context, request, "text/event-stream");
        var flood = "data: " + "x".repeat(16_000) + "\n\n";
        for (int i = 0; i < 20; i++) {
            part(context, flood);
        }
    }

    @Test
    void requestsShareOneConnectionUpToWhatTheUpstreamAllows() throws Exception {
        var waiting = new ArrayList<Runnable>();
        try (var server =
                        FakeTlsServer.start(
                                leaf(HOST),
                                2,
                                (context, request) -> {
                                    if (request.uri().equals("/warm")) {
                                        answer(context, request, "warm");
                                        return;
                                    }
                                    waiting.add(() -> answer(context, request, "done"));
                                    if (waiting.size() == 6) {
                                        waiting.forEach(Runnable::run);
                                    }
                                });
                var sidekey = start(server)) {
            var agent = agent(sidekey, Version.HTTP_2);
            // from now on the agent has one connection, which is on one event loop
            agent.send(get(server, "/warm"), BodyHandlers.ofString());
            var calls = new ArrayList<CompletableFuture<HttpResponse<String>>>();
            for (int i = 0; i < 6; i++) {
                calls.add(agent.sendAsync(get(server, "/slow"), BodyHandlers.ofString()));
            }
            for (var call : calls) {
                assertThat(call.get().body()).isEqualTo("done");
            }
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @Test
    void aRequestThatTheUpstreamDidNotBeginWithIsSentAgainEvenAPost() throws Exception {
        var times = new AtomicInteger();
        try (var server =
                        server(
                                "h2",
                                (context, request) -> {
                                    if (times.incrementAndGet() == 1) {
                                        FakeTlsServer.send(
                                                context,
                                                new DefaultHttp2ResetFrame(
                                                        Http2Error.REFUSED_STREAM));
                                    } else {
                                        answer(
                                                context,
                                                request,
                                                request.content().toString(StandardCharsets.UTF_8));
                                    }
                                });
                var sidekey = start(server)) {
            var answer =
                    agent(sidekey, Version.HTTP_2)
                            .send(
                                    post(url(server, "/mcp"), "once").build(),
                                    BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("once");
            assertThat(times).hasValue(2);
        }
    }

    @Test
    void aPostThatWasResetForAnotherReasonIsNotSentAgain() throws Exception {
        var times = new AtomicInteger();
        try (var server =
                        server(
                                "h2",
                                (context, request) -> {
                                    times.incrementAndGet();
                                    FakeTlsServer.send(
                                            context,
                                            new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
                                });
                var sidekey = start(server)) {
            var answer =
                    agent(sidekey, Version.HTTP_2)
                            .send(
                                    post(url(server, "/mcp"), "once").build(),
                                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("INTERNAL_ERROR");
            assertThat(times).hasValue(1);
        }
    }

    @Test
    void afterGoAwayStreamsUnderWayGoOnAndNewOnesGoElsewhere() throws Exception {
        var first = new AtomicReference<Runnable>();
        try (var server =
                        server(
                                "h2",
                                (context, request) -> {
                                    if (first.get() == null) {
                                        first.set(() -> answer(context, request, "first"));
                                        context.channel()
                                                .parent()
                                                .writeAndFlush(
                                                        new DefaultHttp2GoAwayFrame(
                                                                Http2Error.NO_ERROR))
                                                .addListener(
                                                        ChannelFutureListener.CLOSE_ON_FAILURE);
                                    } else {
                                        answer(context, request, "second");
                                        first.get().run();
                                    }
                                });
                var sidekey = start(server)) {
            var agent = agent(sidekey, Version.HTTP_2);
            var slow = agent.sendAsync(get(server, "/a"), BodyHandlers.ofString());
            RunningSidekey.await(() -> first.get() != null, "the first request has come");
            RunningSidekey.pause();
            var second = agent.send(post(url(server, "/b"), "x").build(), BodyHandlers.ofString());
            assertThat(second.body()).isEqualTo("second");
            assertThat(slow.get().body()).isEqualTo("first");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void aCancelOfTheAgentClosesTheUpstreamsStream() throws Exception {
        var come = new CompletableFuture<Void>();
        try (var server =
                        server(
                                "h2",
                                (context, request) -> {
                                    if (request.uri().equals("/mcp")) {
                                        come.complete(null);
                                    } else {
                                        answer(context, request, "alive");
                                    }
                                });
                var sidekey = start(server)) {
            var agent = agent(sidekey, Version.HTTP_2);
            var call =
                    agent.sendAsync(
                            post(url(server, "/mcp"), "{}").build(), BodyHandlers.ofString());
            come.get();
            call.cancel(true);
            RunningSidekey.await(() -> server.resets("/mcp") == 1, "the stream is reset");
            // and the connection lives on
            assertThat(agent.send(get(server, "/b"), BodyHandlers.ofString()).body())
                    .isEqualTo("alive");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1", "HTTP_2"})
    void aResponseThatIsCutIsNeverTakenForTheWhole(Version version) throws Exception {
        try (var server =
                        server(
                                "h2",
                                (context, request) -> {
                                    head(context, request, "text/plain");
                                    part(context, "half");
                                    context.executor()
                                            .execute(() ->
                                                    FakeTlsServer.send(
                                                            context,
                                                            new DefaultHttp2ResetFrame(
                                                                    Http2Error.INTERNAL_ERROR)));
                                });
                var sidekey = start(server)) {
            var call =
                    agent(sidekey, version).sendAsync(get(server, "/mcp"), BodyHandlers.ofString());
            assertThat(call.handle((answer, failure) -> failure).get()).isNotNull();
        }
    }

    @Test
    void cookiesAreOneLineAndBodiesOfEverySizePass() throws Exception {
        try (var server = server("h2", Http2Test::floodOrEcho);
                var sidekey = start(server)) {
            var agent = agent(sidekey, Version.HTTP_2);
            for (var size : new int[] {0, 1, 16_384, 65_535, 65_536, 3_000_000}) {
                var body = "y".repeat(size);
                var request = post(url(server, "/echo"), body).header("Cookie", "a=1; b=2").build();
                assertThat(agent.send(request, BodyHandlers.ofString()).body()).isEqualTo(body);
            }
            assertThat(server.seen().getLast().headers()).containsEntry("cookie", "a=1; b=2");
        }
    }

    @Test
    void aResponseMayEndWithTrailersAndBeginWithHints() throws Exception {
        try (var server =
                        server(
                                "h2",
                                (context, request) -> {
                                    head(context, request, "application/grpc");
                                    part(context, "message");
                                    var last = new DefaultLastHttpContent();
                                    last.trailingHeaders().set("grpc-status", "0");
                                    context.executor()
                                            .execute(() -> FakeTlsServer.send(context, last));
                                });
                var sidekey = start(server)) {
            var answer =
                    agent(sidekey, Version.HTTP_2)
                            .send(
                                    post(url(server, "/grpc.Service/Call"), "x")
                                            .header("TE", "trailers")
                                            .build(),
                                    BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("message");
        }
    }

    @Test
    void sidekeyThatStopsLetsStreamsEndAndTakesNoNewOnes() throws Exception {
        var slow = new AtomicReference<Runnable>();
        try (var server =
                        server(
                                "h2",
                                (context, request) -> {
                                    slow.set(() -> answer(context, request, "whole"));
                                });
                var sidekey = start(server)) {
            var agent = agent(sidekey, Version.HTTP_2);
            var call = agent.sendAsync(get(server, "/mcp"), BodyHandlers.ofString());
            RunningSidekey.await(() -> slow.get() != null, "the request has come");
            var stopped =
                    sidekey.later(() -> {
                        sidekey.stop();
                        return true;
                    });
            RunningSidekey.pause();
            slow.get().run();
            assertThat(call.get().body()).isEqualTo("whole");
            assertThat(stopped.get()).isTrue();
        }
    }
}
