package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.RawServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What agents see when Sidekey stops. */
class DrainTest {
    private static final String EVENTS =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n";

    /** Sidekey answers it by itself; the connection stays open. */
    private static final String KEPT_ALIVE = "GET /.well-known/x HTTP/1.1\r\nHost: HOST\r\n\r\n";

    @TempDir Path state;

    private final CountDownLatch seen = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);

    private RunningSidekey before(RawServer server) throws IOException {
        return new RunningSidekey(
                new TestConfig(state).upstream("default", server.url() + "/mcp").build());
    }

    /** Sends a request, and gives what comes to the end of the connection. */
    private String answer(RunningSidekey sidekey, String request) throws Exception {
        try (var agent = new Socket(InetAddress.getLoopbackAddress(), sidekey.port())) {
            agent.setSoTimeout(20_000);
            var head = request.replace("HOST", "127.0.0.1:" + sidekey.port());
            agent.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            return new String(agent.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private RawServer streaming() {
        return RawServer.start(connection -> {
            connection.readRequest();
            connection.write(EVENTS);
            seen.countDown();
            never.await();
        });
    }

    @Test
    void aStreamThatAnswersNoCallEndsCleanlyAtOnce() throws Exception {
        try (var server = streaming();
                var sidekey = before(server)) {
            var stream =
                    sidekey.later(() ->
                            answer(
                                    sidekey,
                                    "GET /mcp HTTP/1.1\r\nHost: HOST\r\nAccept: text/event-stream\r\n\r\n"));
            seen.await();
            sidekey.stop();
            assertThat(stream.get()).contains("data: 1\n\n").endsWith("\r\n0\r\n\r\n");
        }
    }

    @Test
    void aStreamThatAnswersACallHasTheWholeTimeAndThenEndsCleanly() throws Exception {
        try (var server = streaming();
                var sidekey = before(server)) {
            var stream =
                    sidekey.later(() ->
                            answer(
                                    sidekey,
                                    "POST /mcp HTTP/1.1\r\nHost: HOST\r\nContent-Length: 2\r\n\r\n{}"));
            seen.await();
            var began = System.nanoTime();
            sidekey.stop();
            assertThat(stream.get()).endsWith("\r\n0\r\n\r\n");
            // limits.drain of the tests is two seconds
            assertThat(System.nanoTime() - began).isGreaterThan(2_000_000_000L);
        }
    }

    @Test
    void aCallUnderWayIsAnsweredAndToldToConnectAnew() throws Exception {
        var asked = new CountDownLatch(1);
        var mayAnswer = new CountDownLatch(1);
        try (var server =
                        RawServer.start(connection -> {
                            connection.readRequest();
                            asked.countDown();
                            mayAnswer.await();
                            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
                        });
                var sidekey = before(server)) {
            var call =
                    sidekey.later(() ->
                            answer(
                                    sidekey,
                                    "POST /mcp HTTP/1.1\r\nHost: HOST\r\nContent-Length: 2\r\n\r\n{}"));
            asked.await();
            var idle = used(sidekey);
            var stopped =
                    sidekey.later(() -> {
                        sidekey.stop();
                        return true;
                    });
            RunningSidekey.await(() -> refusesConnections(sidekey), "it accepts no more");
            // an idle connection ends only after the end was announced on all
            assertThat(idle.getInputStream().readAllBytes()).isNotEmpty();
            idle.close();
            mayAnswer.countDown();
            assertThat(call.get())
                    .startsWith("HTTP/1.1 200")
                    .containsIgnoringCase("connection: close")
                    .endsWith("done");
            assertThat(stopped.get()).isTrue();
        }
    }

    /** A connection that has had an answer and is kept open. */
    private static Socket used(RunningSidekey sidekey) throws IOException {
        var agent = new Socket(InetAddress.getLoopbackAddress(), sidekey.port());
        agent.setSoTimeout(20_000);
        var head = KEPT_ALIVE.replace("HOST", "127.0.0.1:" + sidekey.port());
        agent.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(agent.getInputStream().read()).isEqualTo('H');
        return agent;
    }

    private static boolean refusesConnections(RunningSidekey sidekey) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), sidekey.port())) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
