package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sidekey.config.AgentConfig;
import dev.sidekey.config.AgentsConfig;
import dev.sidekey.exchange.LoggedForwards;
import dev.sidekey.fakes.RawClient;
import dev.sidekey.fakes.RawServer;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** CONNECT to hosts that are no upstream: blind tunnels. */
final class TunnelTest {
    private static final String ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";

    @TempDir Path state;

    private RunningSidekey start(TestConfig config) throws IOException {
        return new RunningSidekey(config.build());
    }

    private RunningSidekey start() throws IOException {
        return start(new TestConfig(state));
    }

    private static void echo(RawServer.Connection connection) throws IOException {
        connection.socket().getInputStream().transferTo(connection.socket().getOutputStream());
    }

    @Test
    void bytesPassBothWaysAsTheyAreEvenThoseThatCameWithTheConnect() throws Exception {
        try (var server = RawServer.start(TunnelTest::echo);
                var sidekey = start();
                var client = new RawClient(sidekey.port())) {
            client.write(
                    "CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x\r\n\r\nGET / not HTTP\r\n\u0000\u00ff"
                            .formatted(server.port()));
            assertThat(client.readHead()).isEqualTo(ESTABLISHED);
            assertThat(client.read(18)).isEqualTo("GET / not HTTP\r\n\u0000\u00ff");
            client.write("\r\n\r\nmore");
            assertThat(client.read(8)).isEqualTo("\r\n\r\nmore");
        }
    }

    @Test
    void aServerMayBeTheFirstToSpeak() throws Exception {
        try (var server =
                        RawServer.start(connection -> {
                            connection.write("220 ready\r\n");
                            echo(connection);
                        });
                var sidekey = start();
                var client = new RawClient(sidekey.port())) {
            assertThat(client.connect("127.0.0.1:" + server.port())).isEqualTo(ESTABLISHED);
            assertThat(client.read(11)).isEqualTo("220 ready\r\n");
        }
    }

    @Test
    void anEndOfTheClientReachesTheServerWhichMayStillAnswer() throws Exception {
        try (var server =
                        RawServer.start(connection -> {
                            var all = connection.socket().getInputStream().readAllBytes();
                            connection.write("got " + all.length);
                        });
                var sidekey = start();
                var client = new RawClient(sidekey.port())) {
            client.connect("127.0.0.1:" + server.port());
            client.write("x".repeat(300_000));
            client.socket().shutdownOutput();
            assertThat(client.readAll()).isEqualTo("got 300000");
        }
    }

    @Test
    void anEndOfTheServerReachesTheClientWhichMayStillSend() throws Exception {
        var heard = new CompletableFuture<String>();
        try (var server =
                        RawServer.start(connection -> {
                            connection.write("bye");
                            connection.socket().shutdownOutput();
                            var all = connection.socket().getInputStream().readAllBytes();
                            heard.complete(new String(all, StandardCharsets.US_ASCII));
                        });
                var sidekey = start();
                var client = new RawClient(sidekey.port())) {
            client.connect("127.0.0.1:" + server.port());
            assertThat(client.readAll()).isEqualTo("bye");
            client.write("one more thing");
            client.socket().shutdownOutput();
            assertThat(heard.get()).isEqualTo("one more thing");
        }
    }

    @Test
    void aResetIsNotTakenForAnEnd() throws Exception {
        try (var server =
                        RawServer.start(connection -> {
                            connection.write("half");
                            assertThat(connection.socket().getInputStream().read()).isEqualTo('r');
                            connection.reset();
                        });
                var sidekey = start();
                var client = new RawClient(sidekey.port())) {
            client.connect("127.0.0.1:" + server.port());
            assertThat(client.read(4)).isEqualTo("half");
            client.write("r");
            assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aTunnelGoesOnWhenItsAgentIsTakenOutAndThereIsNoNewOne() throws Exception {
        try (var server = RawServer.start(TunnelTest::echo);
                var sidekey = start(of("known"));
                var client = new RawClient(sidekey.port());
                var late = new RawClient(sidekey.port())) {
            var connect =
                    "CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Bearer known\r\n\r\n"
                            .formatted(server.port());
            client.write(connect);
            assertThat(client.readHead()).isEqualTo(ESTABLISHED);
            sidekey.sidekey().become(of("another").build());
            client.write("still");
            assertThat(client.read(5)).isEqualTo("still");
            late.write(connect);
            assertThat(late.readHead()).startsWith("HTTP/1.1 407");
        }
    }

    private TestConfig of(String token) {
        var config = new TestConfig(state);
        config.agents =
                new AgentsConfig.Named(Map.of(token, new AgentConfig(token, Secret.of(token))));
        return config;
    }

    @Test
    void aSilentTunnelIsEnded() throws Exception {
        var config = new TestConfig(state);
        config.tunnelIdle = Duration.ofMillis(300);
        try (var server = RawServer.start(TunnelTest::echo);
                var sidekey = start(config);
                var client = new RawClient(sidekey.port())) {
            client.connect("127.0.0.1:" + server.port());
            client.write("x");
            assertThat(client.readAll()).isEqualTo("x");
        }
    }

    @Test
    void whatOneSideDoesNotTakeIsNotReadFromTheOther() throws Exception {
        var sent = new AtomicLong();
        var size = 64 * 1024 * 1024;
        try (var server =
                        RawServer.start(connection ->
                                send(connection.socket().getOutputStream(), size, sent));
                var sidekey = start();
                var client = new RawClient(sidekey.port())) {
            client.socket().setReceiveBufferSize(64 * 1024);
            client.connect("127.0.0.1:" + server.port());
            var before = new AtomicLong(-1);
            // nothing is read here, so that the server comes to a stop
            RunningSidekey.await(
                    () -> {
                        RunningSidekey.pause();
                        return sent.get() > 0 && before.getAndSet(sent.get()) == sent.get();
                    },
                    "the server stands still");
            assertThat(sent.get()).isLessThan(size / 2);
            assertThat(hash(client.socket().getInputStream())).isEqualTo(hashOf(size));
        }
    }

    /** The bytes that {@link #hashOf} hashes. */
    static void send(OutputStream out, long size, AtomicLong sent) throws IOException {
        var block = new byte[64 * 1024];
        var random = new Random(7);
        for (long left = size; left > 0; left -= block.length) {
            random.nextBytes(block);
            out.write(block);
            sent.addAndGet(block.length);
        }
        out.flush();
    }

    private static byte[] hashOf(long size) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        var block = new byte[64 * 1024];
        var random = new Random(7);
        for (long left = size; left > 0; left -= block.length) {
            random.nextBytes(block);
            digest.update(block);
        }
        return digest.digest();
    }

    private static byte[] hash(InputStream in) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        var block = new byte[64 * 1024];
        for (int read = in.read(block); read >= 0; read = in.read(block)) {
            digest.update(block, 0, read);
        }
        return digest.digest();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h",
                "h:",
                ":80",
                "h:80a",
                "h:+80",
                "h:-80",
                "h: 80",
                "h:0",
                "h:65536",
                "h:65616",
                "h:4294967376",
                "h:0x50",
                "h:80:80",
                "user@h:80",
                "user:password@h:80",
                "h:80/",
                "h:80/path",
                "h:80?q",
                "http://h:80",
                "https://h:80/",
                "*",
                "/",
                "a..b:80",
                ".:80",
                "h%20:80",
                "h\u00e9:80",
                "[::1:80",
                "::1:80",
                "[fe80::1%25eth0]:80",
                "[h]:80",
                "[127.0.0.1]:80",
                "LONG:80",
                "LABEL:80"
            })
    void anAuthorityThatIsNoneIsRefusedAndNothingIsConnected(String authority) throws Exception {
        try (var sidekey = start();
                var client = new RawClient(sidekey.port())) {
            var long254 = "a.".repeat(127) + "a";
            var answer =
                    client.connect(
                            authority.replace("LONG", long254).replace("LABEL", "a".repeat(64)));
            assertThat(answer).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void anOversizedAuthorityAndAConnectWithABodyAreRefused() throws Exception {
        try (var sidekey = start()) {
            try (var client = new RawClient(sidekey.port())) {
                assertThat(client.connect("a".repeat(100_000) + ":80"))
                        .matches("(?s)HTTP/1.1 4(00|14) .*");
            }
            try (var client = new RawClient(sidekey.port())) {
                client.write("CONNECT h:80 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
                assertThat(client.readHead()).startsWith("HTTP/1.1 400");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254:80",
                "2852039166:80",
                "0xa9fea9fe:80",
                "[::ffff:169.254.169.254]:80",
                "[fe80::1]:443",
                "metadata.test:80",
                "127.0.0.1:ADMIN",
                "localhost:ADMIN",
                "admin.test:ADMIN"
            })
    void aHostThatThePolicyRefusesIsA403WithTheReasonOnEveryForwardRoad(String authority)
            throws Exception {
        var config = new TestConfig(state);
        config.resolve = Map.of("metadata.test", "169.254.169.254", "admin.test", "127.0.0.1");
        try (var sidekey = start(config)) {
            var target = authority.replace("ADMIN", sidekey.adminPort() + "");
            try (var client = new RawClient(sidekey.port())) {
                client.write("CONNECT " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(client.readAll()).startsWith("HTTP/1.1 403").contains("egress_refused");
            }
            try (var client = new RawClient(sidekey.port())) {
                client.write(
                        "GET http://%s/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                                .formatted(target));
                // some spellings are no host of a URL, and refused as such
                assertThat(client.readAll()).matches("(?s)HTTP/1\\.1 40[03] .*");
            }
        }
    }

    @Test
    void wherePeopleComeBackToIsRefusedWhicheverSidekeyAnswersThere() throws Exception {
        try (var first = start()) {
            var config = new TestConfig(state);
            config.publicUrl = URI.create("http://127.0.0.1:" + first.adminPort());
            try (var joined = start(config);
                    var client = new RawClient(joined.port())) {
                client.write(
                        "CONNECT 127.0.0.1:" + first.adminPort() + " HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(client.readAll()).startsWith("HTTP/1.1 403").contains("own listeners");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254:80", "metadata.test:80"})
    void aRefusalIsOneLogLineAMinuteAndHostAndCountedEachTime(String authority) throws Exception {
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var logger = (Logger) LoggerFactory.getLogger(LoggedForwards.class);
        logger.addAppender(lines);
        var config = new TestConfig(state);
        config.resolve = Map.of("metadata.test", "169.254.169.254");
        try (var sidekey = start(config)) {
            for (int i = 0; i < 2; i++) {
                try (var client = new RawClient(sidekey.port())) {
                    client.write("CONNECT " + authority + " HTTP/1.1\r\nHost: x\r\n\r\n");
                    assertThat(client.readAll()).startsWith("HTTP/1.1 403");
                }
                try (var client = new RawClient(sidekey.port())) {
                    client.write(
                            "GET http://%s/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                                    .formatted(authority));
                    assertThat(client.readAll()).startsWith("HTTP/1.1 403");
                }
            }
            assertThat(sidekey.get(sidekey.adminUrl("/metrics")).body())
                    .containsPattern("(?m)^sidekey_egress_refused_total 4\\.0$");
            assertThat(lines.list).hasSize(1);
            var said = lines.list.getFirst();
            assertThat(said.getFormattedMessage()).isEqualTo("egress refused");
            assertThat(said.getKeyValuePairs().toString())
                    .contains(authority.substring(0, authority.indexOf(':')))
                    .contains("80")
                    .contains("metadata");
        } finally {
            logger.detachAppender(lines);
        }
    }

    @Test
    void aHostThatCannotBeReachedIsToldWithTheReason() throws Exception {
        try (var sidekey = start();
                var client = new RawClient(sidekey.port())) {
            client.write(
                    "CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x\r\n\r\n"
                            .formatted(TestConfig.freePort()));
            assertThat(client.readAll()).startsWith("HTTP/1.1 502").contains("upstream_connect");
        }
        try (var sidekey = start();
                var client = new RawClient(sidekey.port())) {
            client.write("CONNECT nowhere.invalid:443 HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 502")
                    .contains("no such host: nowhere.invalid");
        }
    }

    @Test
    void tunnelsGoThroughTheOuterProxyToo() throws Exception {
        var asked = new CompletableFuture<String>();
        try (var proxy =
                        RawServer.start(connection -> {
                            asked.complete(connection.readRequest());
                            connection.write("HTTP/1.1 200 OK\r\n\r\nhello from afar");
                            new CountDownLatch(1).await();
                        });
                var sidekey =
                        new RunningSidekey(
                                new TestConfig(state).build(),
                                Map.of("HTTPS_PROXY", proxy.url().replace("//", "//user:pw@")));
                var client = new RawClient(sidekey.port())) {
            assertThat(client.connect("far.example:22")).isEqualTo(ESTABLISHED);
            assertThat(client.read(15)).isEqualTo("hello from afar");
            assertThat(asked.get())
                    .startsWith("CONNECT far.example:22 HTTP/1.1\r\n")
                    .contains("Proxy-Authorization: Basic dXNlcjpwdw==");
        }
    }
}
