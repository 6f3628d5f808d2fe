package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.fakes.RawServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Authorization servers that hang, drip, reset, send garbage or never stop: bounded, and told. */
class HostileServerTest {
    @TempDir Path state;

    private static final Map<String, RawServer.Script> WAYS =
            Map.of(
                    "hangs",
                    connection -> new CountDownLatch(1).await(),
                    "resets",
                    RawServer.Connection::reset,
                    "sends garbage",
                    connection -> connection.write("garbage\r\n\r\n\r\n"),
                    "drips",
                    connection -> {
                        connection.write("HTTP/1.1 200 OK\r\n\r\n");
                        while (true) {
                            connection.write(" ");
                            new CountDownLatch(1)
                                    .await(100, java.util.concurrent.TimeUnit.MILLISECONDS);
                        }
                    },
                    "sends endless headers",
                    connection -> {
                        connection.write("HTTP/1.1 200 OK\r\n");
                        while (true) {
                            connection.write("X-Header: " + "x".repeat(8_000) + "\r\n");
                        }
                    },
                    "sends an endless body",
                    connection -> {
                        connection.readRequest();
                        connection.write(
                                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"a\":\"");
                        while (true) {
                            connection.write("x".repeat(64 * 1024));
                        }
                    });

    static Stream<String> ways() {
        return WAYS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("ways")
    @Timeout(20)
    void theCallIsAnsweredInTimeWithTheReason(String way) throws Exception {
        try (var hostile = RawServer.start(WAYS.get(way));
                var authorization = FakeAuthorizationServer.start();
                var mcp = FakeMcpServer.start(authorization)) {
            mcp.switches.issuer = hostile.url();
            var config = new TestConfig(state);
            config.oauthTimeout = Duration.ofSeconds(1);
            try (var sidekey = new RunningSidekey(config.upstream("default", mcp.url()).build())) {
                var answer = sidekey.call("/mcp", "echo").get();
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).contains("\"isError\":true").contains(hostile.url());
            }
        }
    }
}
