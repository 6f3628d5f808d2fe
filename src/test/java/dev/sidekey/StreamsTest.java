package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidekey.fakes.RawServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes as upstreams send them, well and badly (2.1, 2.4, E16). */
class StreamsTest {
    private static final String SSE =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    @TempDir Path state;

    private RunningSidekey before(RawServer server) throws IOException {
        return new RunningSidekey(
                new TestConfig(state)
                        .upstream("default", server.url() + "/mcp")
                        .upstream("legacy", server.url() + "/sse")
                        .build());
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    /** Sends a request as it is; the caller reads what comes. */
    private static Socket send(RunningSidekey sidekey, String request) throws IOException {
        var uri = URI.create(sidekey.url("/"));
        var socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(15_000);
        socket.getOutputStream()
                .write(
                        request.replace("HOST", uri.getAuthority())
                                .getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private static String readUntil(InputStream in, String end) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int c = in.read();
            if (c < 0) {
                return text + "<end>";
            }
            text.append((char) c);
        }
        return text.toString();
    }

    @Test
    void eachEventArrivesBeforeTheNextIsSent() throws Exception {
        var seen = new CountDownLatch(1);
        try (var server =
                        RawServer.start(connection -> {
                            connection.readRequest();
                            connection.write(SSE + chunk(": comment\n\nid: 1\ndata: one\n\n"));
                            seen.await(10, TimeUnit.SECONDS);
                            connection.write(chunk("data: two\r\n\r\n") + "0\r\n\r\n");
                        });
                var sidekey = before(server);
                var agent =
                        send(
                                sidekey,
                                "GET /mcp HTTP/1.1\r\nHost: HOST\r\nAccept: text/event-stream\r\n\r\n")) {
            var first = readUntil(agent.getInputStream(), "data: one\n\n");
            assertThat(first).contains(": comment\n\nid: 1\n");
            seen.countDown();
            assertThat(readUntil(agent.getInputStream(), "0\r\n\r\n"))
                    .contains("data: two\r\n\r\n");
        }
    }

    /** Else each piece is read, framed and sent by itself; comments come before any event, too. */
    @ParameterizedTest
    @ValueSource(strings = {": keep-alive\n\n", ":\n", "data: tick\n\n"})
    void aLongEventComesInOnePieceAfterManyShortOnesThatCameAtOnce(String tick) throws Exception {
        var event = "data: " + "x".repeat(1000) + "\n\n";
        var seen = new Semaphore(0);
        try (var server =
                        RawServer.start(connection -> {
                            connection.readRequest();
                            connection.write(SSE);
                            for (int i = 0; i < 20; i++) {
                                connection.write(chunk(tick));
                                seen.tryAcquire(10, TimeUnit.SECONDS);
                            }
                            connection.write(chunk(event) + "0\r\n\r\n");
                        });
                var sidekey = before(server);
                var agent =
                        send(
                                sidekey,
                                "GET /mcp HTTP/1.1\r\nHost: HOST\r\nAccept: text/event-stream\r\n\r\n")) {
            for (int i = 0; i < 20; i++) {
                readUntil(agent.getInputStream(), tick + "\r\n");
                seen.release();
            }
            assertThat(readUntil(agent.getInputStream(), "0\r\n\r\n"))
                    .isEqualTo(chunk(event) + "0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ORIGIN/messages?sessionId=1",
                "/messages?sessionId=1",
                "messages?sessionId=1"
            })
    void theEndpointOfALegacyStreamIsMappedToSidekeyAndTheRestStaysAsItIs(String endpoint)
            throws Exception {
        var origin = new StringBuilder();
        try (var server =
                        RawServer.start(connection -> {
                            connection.readRequest();
                            var event =
                                    "event: endpoint\r\ndata: "
                                            + endpoint.replace("ORIGIN", origin)
                                            + "\r\n\r\n";
                            connection.write(SSE + chunk(event.substring(0, 9)));
                            connection.write(chunk(event.substring(9) + "data: rest\n\n"));
                            connection.write("0\r\n\r\n");
                        });
                var sidekey = before(server)) {
            origin.append(server.url());
            try (var agent =
                    send(
                            sidekey,
                            "GET /legacy HTTP/1.1\r\nHost: HOST\r\nAccept: text/event-stream\r\n\r\n")) {
                assertThat(readUntil(agent.getInputStream(), "0\r\n\r\n"))
                        .contains("data: /legacy/messages?sessionId=1\r\n\r\ndata: rest\n\n");
            }
        }
    }

    @Test
    void anEndpointAtAnotherOriginEndsTheStream() throws Exception {
        try (var server =
                        RawServer.start(connection -> {
                            connection.readRequest();
                            connection.write(
                                    SSE
                                            + chunk(
                                                    "event: endpoint\ndata: https://evil.example/m\n\n"));
                            connection.readRequest();
                        });
                var sidekey = before(server);
                var agent =
                        send(
                                sidekey,
                                "GET /mcp HTTP/1.1\r\nHost: HOST\r\nAccept: text/event-stream\r\n\r\n")) {
            assertThatThrownBy(() -> assertAborted(agent)).isInstanceOf(IOException.class);
        }
    }

    /** A reset, or an end without the last chunk: never a clean end. */
    private static void assertAborted(Socket agent) throws IOException {
        var all = readUntil(agent.getInputStream(), "0\r\n\r\n");
        assertThat(all).endsWith("<end>").doesNotContain("evil");
        throw new IOException("ended without the last chunk");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
                "HTTP/1.1 200 OK\r\n\r\nclose-delimited and reset"
            })
    void aBodyThatIsCutShortIsAnAbortForTheAgentToo(String answer) throws Exception {
        try (var server =
                        RawServer.start(connection -> {
                            connection.readRequest();
                            connection.write(answer);
                            // let the bytes arrive before the reset overtakes them
                            new CountDownLatch(1).await(200, TimeUnit.MILLISECONDS);
                            connection.reset();
                        });
                var sidekey = before(server)) {
            assertThatThrownBy(() -> sidekey.post("/mcp", "{}").get())
                    .hasRootCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void surplusBytesOfOneAnswerNeverBecomeTheNextOne() throws Exception {
        try (var server =
                        RawServer.start(connection -> {
                            connection.readRequest();
                            connection.write(
                                    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nright"
                                            + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong");
                            connection.readRequest();
                        });
                var sidekey = before(server)) {
            assertThat(sidekey.post("/mcp", "{}").get().body()).isEqualTo("right");
            assertThat(sidekey.post("/mcp", "{}").get().body()).isEqualTo("right");
            assertThat(server.accepted()).isEqualTo(2);
        }
    }

    @Test
    void aConnectionThatTheUpstreamClosedMeanwhileIsNotUsedAgain() throws Exception {
        try (var server =
                        RawServer.start(connection -> {
                            connection.readRequest();
                            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                        });
                var sidekey = before(server)) {
            for (int i = 0; i < 20; i++) {
                var answer = sidekey.post("/mcp", "{}").get();
                // a close that crosses the request is a 502, never a silent second POST
                assertThat(answer.statusCode()).isIn(200, 502);
            }
            assertThat(server.accepted()).isGreaterThan(10);
        }
    }

    @Test
    void anAgentThatHangsUpEndsTheUpstreamsExchange() throws Exception {
        var ended = new CountDownLatch(1);
        try (var server =
                        RawServer.start(connection -> {
                            connection.readRequest();
                            connection.write(SSE + chunk("data: one\n\n"));
                            if (connection.readRequest().isEmpty()) {
                                ended.countDown();
                            }
                        });
                var sidekey = before(server)) {
            try (var agent =
                    send(
                            sidekey,
                            "GET /mcp HTTP/1.1\r\nHost: HOST\r\nAccept: text/event-stream\r\n\r\n")) {
                readUntil(agent.getInputStream(), "data: one\n\n");
            }
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whatIsNoHttpIsAGatewayError() throws Exception {
        try (var server =
                        RawServer.start(connection -> {
                            connection.readRequest();
                            connection.write("SSH-2.0-OpenSSH\r\n\r\n");
                        });
                var sidekey = before(server)) {
            assertThat(sidekey.post("/mcp", "{}").get().statusCode()).isEqualTo(502);
        }
    }

    /** RFC 9112 §6.3: one server could read it one way, and the next another. */
    @Test
    void anAnswerWithTwoFramingsIsAGatewayError() throws Exception {
        try (var server =
                        RawServer.start(connection -> {
                            connection.readRequest();
                            connection.write(
                                    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
                        });
                var sidekey = before(server)) {
            var answer = sidekey.post("/mcp", "{}").get();
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("Transfer-Encoding");
        }
    }

    @Test
    void aRedirectWithinTheOriginIsFollowedWithMethodAndBody() throws Exception {
        try (var server =
                        RawServer.start(connection -> {
                            var asked = connection.readRequest();
                            if (asked.startsWith("POST /mcp HTTP")) {
                                connection.write(
                                        "HTTP/1.1 307 Moved\r\nLocation: /mcp/\r\nContent-Length: 0\r\n\r\n");
                                asked = connection.readRequest();
                            }
                            var body = asked.substring(asked.indexOf("\r\n\r\n") + 4);
                            connection.write(
                                    "HTTP/1.1 200 OK\r\nContent-Length: "
                                            + body.length()
                                            + "\r\n\r\n"
                                            + body);
                        });
                var sidekey = before(server)) {
            assertThat(sidekey.post("/mcp", "{\"a\":1}").get().body()).isEqualTo("{\"a\":1}");
        }
    }
}
