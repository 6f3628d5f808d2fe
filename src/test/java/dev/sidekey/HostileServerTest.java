package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.fakes.RawServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Authorization servers that hang, drip, reset, send garbage, long headers or bodies of 10 GiB: at
 * every endpoint the call is answered in bounded time and memory, the reason is told, and no
 * credential is lost.
 */
class HostileServerTest {
    private static final long TEN_GIB = 10L << 30;

    /** What a server may send before Sidekey hangs up: the limit and what sockets hold. */
    private static final long BOUND = 16L << 20;

    @TempDir Path state;

    private final AtomicLong sent = new AtomicLong();
    private final FakeAuthorizationServer authorization = FakeAuthorizationServer.start();
    private final FakeMcpServer mcp = FakeMcpServer.start(authorization);

    private final Map<String, RawServer.Script> ways =
            Map.of(
                    "hangs",
                    _ -> new CountDownLatch(1).await(),
                    "resets",
                    RawServer.Connection::reset,
                    "sends garbage",
                    connection -> connection.write("garbage\r\n\r\n\r\n"),
                    "drips",
                    HostileServerTest::drip,
                    "sends 64 KiB of headers",
                    HostileServerTest::longHeaders,
                    "sends endless headers",
                    this::endlessHeaders,
                    "sends an endless body",
                    connection -> body(connection, ""),
                    "sends 10 GiB",
                    connection -> body(connection, "Content-Length: " + TEN_GIB + "\r\n"));

    static Stream<String> ways() {
        return new HostileServerTest().ways.keySet().stream().sorted();
    }

    @AfterEach
    void stopFakes() {
        mcp.close();
        authorization.close();
    }

    private static void drip(RawServer.Connection connection) throws Exception {
        connection.write("HTTP/1.1 200 OK\r\n\r\n");
        while (true) {
            connection.write(" ");
            new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
        }
    }

    private static void longHeaders(RawServer.Connection connection) throws Exception {
        connection.readRequest();
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n");
        for (int i = 0; i < 9; i++) {
            connection.write("X-Header-" + i + ": " + "x".repeat(8_000) + "\r\n");
        }
        connection.write("\r\n{}");
    }

    private void endlessHeaders(RawServer.Connection connection) throws Exception {
        connection.write("HTTP/1.1 200 OK\r\n");
        while (true) {
            connection.write("X-Header: " + "x".repeat(8_000) + "\r\n");
            sent.addAndGet(8_000);
        }
    }

    private void body(RawServer.Connection connection, String length) throws Exception {
        connection.readRequest();
        connection.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + length);
        connection.write("\r\n{\"a\":\"");
        while (true) {
            connection.write("x".repeat(64 * 1024));
            sent.addAndGet(64 * 1024);
        }
    }

    private RunningSidekey start() throws Exception {
        var config = new TestConfig(state);
        config.oauthTimeout = Duration.ofSeconds(1);
        return new RunningSidekey(config.upstream("default", mcp.url()).build());
    }

    private void assertTold(HttpResponse<String> answer, RawServer hostile) {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"isError\":true").contains(hostile.url());
        assertThat(sent).hasValueLessThan(BOUND);
    }

    @ParameterizedTest
    @MethodSource("ways")
    @Timeout(20)
    void atTheMetadataTheCallIsAnsweredInTimeWithTheReason(String way) throws Exception {
        try (var hostile = RawServer.start(ways.get(way));
                var sidekey = start()) {
            mcp.switches.issuer = hostile.url();
            assertTold(sidekey.call("/mcp", "echo").get(), hostile);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    @Timeout(20)
    void atTheRegistrationTheCallIsAnsweredInTimeWithTheReason(String way) throws Exception {
        try (var hostile = RawServer.start(ways.get(way));
                var sidekey = start()) {
            authorization.switches.registrationEndpoint = hostile.url() + "/register";
            assertTold(sidekey.call("/mcp", "echo").get(), hostile);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    @Timeout(20)
    void atTheTokenEndpointTheLoginEndsInTimeWithTheReason(String way) throws Exception {
        try (var hostile = RawServer.start(ways.get(way));
                var sidekey = start()) {
            authorization.switches.tokenEndpoint = hostile.url() + "/token";
            var call = sidekey.call("/mcp", "echo");
            sidekey.logIn();
            assertTold(call.get(), hostile);
        }
    }

    /**
     * The token endpoint is stored with the credential (E13): it is the server itself that turns.
     */
    @ParameterizedTest
    @MethodSource("ways")
    @Timeout(20)
    void atARefreshTheCredentialIsKeptForTheNextCall(String way) throws Exception {
        var turned = new AtomicBoolean();
        try (var proxy = RawServer.start(connection -> relayOr(turned, way, connection));
                var sidekey = start()) {
            authorization.switches.tokenEndpoint = proxy.url() + "/token";
            var call = sidekey.call("/mcp", "echo");
            sidekey.logIn();
            assertThat(call.get().body()).contains("\"result\":{\"echo\"");
            authorization.expireAccessTokens();
            turned.set(true);
            assertTold(sidekey.call("/mcp", "echo").get(), proxy);
            turned.set(false);
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(authorization.http().asked("/authorize")).hasSize(1);
        }
    }

    /** Passes a token request on to the real fake, unless the server has turned hostile. */
    private void relayOr(AtomicBoolean turned, String way, RawServer.Connection connection)
            throws Exception {
        if (turned.get()) {
            ways.get(way).run(connection);
            return;
        }
        var url = URI.create(authorization.http().url());
        try (var behind = new Socket(url.getHost(), url.getPort())) {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            connection
                                    .socket()
                                    .getInputStream()
                                    .transferTo(behind.getOutputStream());
                        } catch (IOException e) {
                            // the client is gone
                        }
                    });
            behind.getInputStream().transferTo(connection.socket().getOutputStream());
        }
    }
}
