package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sidekey.certificate.CertificateAuthority;
import dev.sidekey.config.AgentConfig;
import dev.sidekey.config.AgentsConfig;
import dev.sidekey.config.EgressConfig;
import dev.sidekey.exchange.LoggedForwards;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.fakes.FakeTlsServer;
import dev.sidekey.fakes.Http2Wire;
import dev.sidekey.fakes.RawClient;
import dev.sidekey.fakes.RawServer;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** CONNECT to the host of an upstream: TLS is taken off, and the same road is gone as elsewhere. */
final class InterceptionTest extends TlsRoadTest {

    @ParameterizedTest
    @CsvSource({"HTTP_1_1,http/1.1", "HTTP_1_1,h2", "HTTP_2,http/1.1", "HTTP_2,h2"})
    void anUnchangedAgentGetsItsSameRequestAnsweredAfterALogin(Version version, String upstream)
            throws Exception {
        try (var authorization = FakeAuthorizationServer.start();
                var mcp = FakeMcpServer.start(authorization);
                var server = server(upstream, forwardTo(mcp.http().url()));
                var sidekey = start(server)) {
            mcp.switches.namesMetadata = false;
            mcp.switches.resource = url(server, "/mcp");
            var agent = agent(sidekey, version);
            var body = RunningSidekey.toolCall("echo");
            var call =
                    agent.sendAsync(
                            post(url(server, "/mcp"), body).build(), BodyHandlers.ofString());
            sidekey.logIn();
            var answer = call.get();
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("echo");
            assertThat(answer.version()).isEqualTo(version);
            var last = server.seen().getLast();
            assertThat(last.protocol()).isEqualTo(upstream);
            assertThat(last.body()).isEqualTo(body);
            assertThat(mcp.http().asked("/mcp").getLast().header("authorization"))
                    .startsWith("Bearer access-");
            assertThat(everything(answer)).doesNotContain("access-");
        }
    }

    private static String everything(HttpResponse<String> answer) {
        return answer.headers().map() + answer.body();
    }

    @Test
    void otherPathsOfTheHostPassUntouched() throws Exception {
        try (var server = server("h2", (context, request) -> answer(context, request, "open"));
                var sidekey = start(server)) {
            var agent = agent(sidekey, Version.HTTP_2);
            var request =
                    post(url(server, "/other"), "x").header("Authorization", "Bearer own").build();
            assertThat(agent.send(request, BodyHandlers.ofString()).body()).isEqualTo("open");
            assertThat(server.seen().getLast().headers())
                    .containsEntry("authorization", "Bearer own");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "h2"})
    void anUpstreamWhoseCertificateIsNotTrustedIsA502WithTheReason(String upstream)
            throws Exception {
        try (var server =
                        FakeTlsServer.start(
                                leaf("other.test"),
                                upstream,
                                (context, request) -> answer(context, request, "never"));
                var sidekey = start(server)) {
            var answer =
                    agent(sidekey, Version.HTTP_2)
                            .send(post(url(server, "/mcp"), "{}").build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("upstream_tls").contains(HOST);
            assertThat(server.seen()).isEmpty();
        }
    }

    @Test
    void aClientThatSpeaksNoTlsIsNotToldToTrustTheCa() throws Exception {
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var logger = (Logger) LoggerFactory.getLogger(LoggedForwards.class);
        logger.addAppender(lines);
        try (var server = server("h2", (context, request) -> answer(context, request, "never"));
                var sidekey = start(server);
                var client = new RawClient(sidekey.port())) {
            client.connect(HOST + ":" + server.port());
            client.write("SSH-2.0-OpenSSH_9.6\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 400");
            RunningSidekey.await(() -> !lines.list.isEmpty(), "it is said");
            assertThat(lines.list.getFirst().getKeyValuePairs().toString())
                    .contains(HOST)
                    .contains("something else than TLS")
                    .doesNotContain("NODE_EXTRA_CA_CERTS");
            assertThat(sidekey.get(sidekey.adminUrl("/metrics")).body())
                    .containsPattern("(?m)^sidekey_intercept_distrusted_total 0\\.0$");
        } finally {
            logger.detachAppender(lines);
        }
    }

    @Test
    void aClientThatDoesNotTrustTheCaIsOneLineThatNamesTheHostAndTheRemedy() throws Exception {
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var logger = (Logger) LoggerFactory.getLogger(LoggedForwards.class);
        logger.addAppender(lines);
        try (var server = server("h2", (context, request) -> answer(context, request, "never"));
                var sidekey = start(server)) {
            trusting(state.resolve("ca.pem"));
            for (int i = 0; i < 3; i++) {
                try (var client = new RawClient(sidekey.port())) {
                    client.connect(HOST + ":" + server.port());
                    var distrusting = SSLContext.getInstance("TLS");
                    distrusting.init(null, null, null);
                    try (var tls = wrap(client, distrusting, HOST)) {
                        assertThatThrownBy(tls::startHandshake).isInstanceOf(SSLException.class);
                    }
                }
            }
            RunningSidekey.await(() -> !lines.list.isEmpty(), "it is said");
            RunningSidekey.pause();
            assertThat(lines.list).hasSize(1);
            assertThat(sidekey.get(sidekey.adminUrl("/metrics")).body())
                    .containsPattern("(?m)^sidekey_intercept_distrusted_total 3\\.0$");
            assertThat(lines.list.getFirst().getKeyValuePairs().toString())
                    .contains(HOST)
                    .contains("NODE_EXTRA_CA_CERTS");
        } finally {
            logger.detachAppender(lines);
        }
    }

    /** The CA is made at its first need, on the same thread as the leaf that needs it. */
    @Test
    void noEventLoopMakesACertificate() throws Exception {
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var logger = (Logger) LoggerFactory.getLogger(CertificateAuthority.class);
        logger.addAppender(lines);
        try (var server = server("h2", (context, request) -> answer(context, request, "never"));
                var sidekey = start(server);
                var client = new RawClient(sidekey.port())) {
            client.connect(HOST + ":" + server.port());
            var distrusting = SSLContext.getInstance("TLS");
            distrusting.init(null, null, null);
            try (var tls = wrap(client, distrusting, HOST)) {
                assertThatThrownBy(tls::startHandshake).isInstanceOf(SSLException.class);
            }
            assertThat(lines.list)
                    .filteredOn(line -> line.getFormattedMessage().startsWith("made a CA"))
                    .extracting(ILoggingEvent::getThreadName)
                    .singleElement()
                    .asString()
                    .startsWith("sidekey-");
        } finally {
            logger.detachAppender(lines);
        }
    }

    private static SSLSocket wrap(RawClient client, SSLContext context, String sni)
            throws Exception {
        var socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        client.socket(), sni, client.socket().getPort(), true);
        var parameters = socket.getSSLParameters();
        parameters.setServerNames(sni == null ? List.of() : List.of(new SNIHostName(sni)));
        socket.setSSLParameters(parameters);
        return socket;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "elsewhere.test"})
    void theHostOfTheConnectDecidesWhateverTheSniSays(String sni) throws Exception {
        try (var server = server("h2", (context, request) -> answer(context, request, "here"));
                var sidekey = start(server);
                var client = new RawClient(sidekey.port())) {
            var context = trusting(state.resolve("ca.pem"));
            client.connect(HOST + ":" + server.port());
            try (var tls = wrap(client, context, sni.isEmpty() ? null : sni)) {
                tls.getOutputStream()
                        .write(
                                "GET / HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n\r\n"
                                        .formatted(HOST, server.port())
                                        .getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(tls.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 200")
                        .endsWith("here");
                assertThat(tls.getSession().getPeerCertificates()[0].toString()).contains(HOST);
            }
        }
    }

    @Test
    void aRequestForAnotherHostInsideATunnelIsMisdirected() throws Exception {
        try (var server = server("h2", (context, request) -> answer(context, request, "here"));
                var sidekey = start(server);
                var client = new RawClient(sidekey.port())) {
            var context = trusting(state.resolve("ca.pem"));
            client.connect(HOST + ":" + server.port());
            try (var tls = wrap(client, context, HOST)) {
                tls.getOutputStream()
                        .write(
                                "GET / HTTP/1.1\r\nHost: other.test\r\nConnection: close\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(tls.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 421");
            }
            assertThat(server.seen()).isEmpty();
        }
    }

    @Test
    void whatIsNoTlsInsideAnInterceptedTunnelIsToldSo() throws Exception {
        try (var server = server("h2", (context, request) -> answer(context, request, "never"));
                var sidekey = start(server);
                var client = new RawClient(sidekey.port())) {
            client.connect(HOST + ":" + server.port());
            client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 400").contains("not_tls");
        }
    }

    @Test
    void plainHttpInATunnelToAPlainUpstreamIsUnderstoodAndTlsPassesThrough() throws Exception {
        try (var authorization = FakeAuthorizationServer.start();
                var mcp = FakeMcpServer.start(authorization);
                var sidekey = new RunningSidekey(config().upstream("default", mcp.url()).build())) {
            var authority = mcp.http().url().substring("http://".length());
            var body = RunningSidekey.toolCall("echo");
            var answer =
                    sidekey.later(() -> {
                        try (var client = new RawClient(sidekey.port())) {
                            client.connect(authority);
                            client.write(
                                    "POST /mcp HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                                            .formatted(authority, body.length(), body));
                            return client.readAll();
                        }
                    });
            sidekey.logIn();
            assertThat(answer.get()).startsWith("HTTP/1.1 200").contains("echo");
        }
        try (var server =
                        RawServer.start(connection ->
                                connection
                                        .socket()
                                        .getInputStream()
                                        .transferTo(connection.socket().getOutputStream()));
                var sidekey =
                        new RunningSidekey(
                                config().upstream("default", server.url() + "/mcp").build());
                var client = new RawClient(sidekey.port())) {
            client.connect("127.0.0.1:" + server.port());
            client.write("\u0016\u0003\u0001blind");
            assertThat(client.read(8)).isEqualTo("\u0016\u0003\u0001blind");
        }
    }

    @Test
    void webSocketsPassThroughOnEveryForwardRoad() throws Exception {
        try (var server = server("h2", TlsRoadTest::switchToEcho);
                var sidekey = start(server);
                var client = new RawClient(sidekey.port())) {
            var context = trusting(state.resolve("ca.pem"));
            client.connect(HOST + ":" + server.port());
            try (var tls = wrap(client, context, HOST)) {
                tls.getOutputStream().write(upgrade(HOST + ":" + server.port(), "/socket"));
                assertThat(head(tls)).startsWith("HTTP/1.1 101").contains("upgrade: websocket");
                tls.getOutputStream().write("frames".getBytes(StandardCharsets.US_ASCII));
                assertThat(
                                new String(
                                        tls.getInputStream().readNBytes(6),
                                        StandardCharsets.US_ASCII))
                        .isEqualTo("frames");
            }
        }
        try (var server =
                        RawServer.start(connection -> {
                            assertThat(connection.readRequest()).contains("websocket");
                            connection.write(
                                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello");
                            connection
                                    .socket()
                                    .getInputStream()
                                    .transferTo(connection.socket().getOutputStream());
                        });
                var sidekey = new RunningSidekey(config().build());
                var client = new RawClient(sidekey.port())) {
            client.write(
                    "GET %s/socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                            .formatted(server.url()));
            assertThat(client.readHead()).startsWith("HTTP/1.1 101").contains("websocket");
            assertThat(client.read(5)).isEqualTo("hello");
            client.write("frames");
            assertThat(client.read(6)).isEqualTo("frames");
        }
    }

    @Test
    void aHandshakeThatDoesNotComeIsEnded() throws Exception {
        var config = config();
        config.handshake = Duration.ofMillis(500);
        try (var server = server("h2", (context, request) -> answer(context, request, "never"));
                var sidekey =
                        new RunningSidekey(
                                config.upstream("default", url(server, "/mcp")).build());
                var client = new RawClient(sidekey.port())) {
            client.connect(HOST + ":" + server.port());
            client.write("\u0016\u0003\u0001\u0002\u0000\u0001");
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void openConnectionsFollowAChangedConfiguration() throws Exception {
        try (var server = server("h2", (context, request) -> answer(context, request, "seen"))) {
            var less = config().upstream("a", url(server, "/a"));
            try (var sidekey = new RunningSidekey(less.build());
                    var tls = tls(sidekey, HOST + ":" + server.port())) {
                assertThat(authorizationThatArrives(server, tls)).isEqualTo("Bearer own");
                var more = config().upstream("a", url(server, "/a"));
                sidekey.sidekey().become(more.upstream("b", url(server, "/mcp")).build());
                // where Sidekey acts the agent's own stays behind
                assertThat(authorizationThatArrives(server, tls)).isNull();
                sidekey.sidekey().become(config().build());
                assertThat(authorizationThatArrives(server, tls)).isEqualTo("Bearer own");
            }
        }
    }

    private static String authorizationThatArrives(FakeTlsServer server, SSLSocket tls)
            throws Exception {
        var request =
                "GET /mcp HTTP/1.1\r\nHost: %s:%d\r\nAuthorization: Bearer own\r\n\r\n"
                        .formatted(HOST, server.port());
        tls.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        assertThat(head(tls)).startsWith("HTTP/1.1 200");
        assertThat(tls.getInputStream().readNBytes(4)).asString().isEqualTo("seen");
        return server.seen().getLast().headers().get("authorization");
    }

    @Test
    void anAgentThatIsTakenOutIsRefusedOnConnectionsThatAreOpen() throws Exception {
        try (var server = server("h2", (context, request) -> answer(context, request, "seen"));
                var sidekey = new RunningSidekey(of("known", server).build());
                var client = new RawClient(sidekey.port());
                var other = new RawClient(sidekey.port())) {
            var context = trusting(state.resolve("ca.pem"));
            for (var one : List.of(client, other)) {
                one.write(
                        "CONNECT %s:%d HTTP/1.1\r\nHost: x\r\nSidekey-Token: known\r\n\r\n"
                                .formatted(HOST, server.port()));
                assertThat(one.readHead()).startsWith("HTTP/1.1 200");
            }
            var h2 = wrap(other, context, HOST);
            var parameters = h2.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            h2.setSSLParameters(parameters);
            try (var tls = wrap(client, context, HOST);
                    var wire = new Http2Wire(h2).beginAsClient()) {
                assertThat(authorizationThatArrives(server, tls)).isEqualTo("Bearer own");
                assertThat(get(wire, 1, server)).isEqualTo("200");
                sidekey.sidekey().become(of("another", server).build());
                tls.getOutputStream().write(get(server));
                assertThat(head(tls)).startsWith("HTTP/1.1 403");
                assertThat(get(wire, 3, server)).isEqualTo("403");
                assertThat(wire.body(3)).contains("unknown_agent");
                assertThat(server.seen()).hasSize(2);
            }
        }
    }

    @Test
    void whoKnowsTheOldPasswordAloneIsRefusedOnConnectionsThatAreOpen() throws Exception {
        try (var server = server("h2", (context, request) -> answer(context, request, "seen"));
                var sidekey = new RunningSidekey(withPassword("old", server).build());
                var client = new RawClient(sidekey.port())) {
            var context = trusting(state.resolve("ca.pem"));
            client.write(
                    "CONNECT %s:%d HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic %s\r\n\r\n"
                            .formatted(HOST, server.port(), base64("me:old")));
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
            try (var tls = wrap(client, context, HOST)) {
                assertThat(authorizationThatArrives(server, tls)).isEqualTo("Bearer own");
                sidekey.sidekey().become(withPassword("new", server).build());
                tls.getOutputStream().write(get(server));
                assertThat(head(tls)).startsWith("HTTP/1.1 403");
                assertThat(server.seen()).hasSize(1);
            }
        }
    }

    private TestConfig withPassword(String password, FakeTlsServer server) {
        var config = config();
        config.proxyAuth = Secret.of("me:" + password);
        return config.upstream("a", url(server, "/a"));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private TestConfig of(String token, FakeTlsServer server) {
        var config = config();
        config.agents =
                new AgentsConfig.Named(Map.of(token, new AgentConfig(token, Secret.of(token))));
        return config.upstream("a", url(server, "/a"));
    }

    private static String get(Http2Wire wire, int stream, FakeTlsServer server) throws Exception {
        wire.headers(
                stream,
                true,
                ":method",
                "GET",
                ":scheme",
                "https",
                ":authority",
                HOST + ":" + server.port(),
                ":path",
                "/mcp");
        return wire.status(stream);
    }

    private static byte[] get(FakeTlsServer server) {
        return "GET /mcp HTTP/1.1\r\nHost: %s:%d\r\n\r\n"
                .formatted(HOST, server.port())
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void anAgentKeepsItsBundleWhenTheCaIsRotatedWhileItRuns() throws Exception {
        var ca = new CertificateAuthority(state, null, List.of(HOST), Clock.systemUTC());
        var bundle = ca.ensure().getFirst();
        try (var server = server("h2", (context, request) -> answer(context, request, "here"));
                var sidekey = start(server)) {
            // nothing has been intercepted yet: the agent has its bundle and no more
            ca.rotate(false);
            try (var tls = tls(sidekey, HOST + ":" + server.port())) {
                tls.startHandshake();
                ((X509Certificate) tls.getSession().getPeerCertificates()[0])
                        .verify(bundle.getPublicKey());
            }
        }
    }

    @Test
    void aHandshakeThatDripsIsEndedLikeOneThatStops() throws Exception {
        var config = config();
        config.handshake = Duration.ofMillis(500);
        try (var server = server("h2", (context, request) -> answer(context, request, "never"));
                var sidekey =
                        new RunningSidekey(
                                config.upstream("default", url(server, "/mcp")).build());
                var client = new RawClient(sidekey.port())) {
            client.connect(HOST + ":" + server.port());
            var ended = sidekey.later(client::readAll);
            // a hello of 16,000 bytes, which would take a quarter of an hour
            client.write("\u0016\u0003\u0001>\u0080\u0001\u0000>|");
            int dripped = 0;
            while (!ended.isDone() && dripped < 16_000) {
                RunningSidekey.pause();
                if (!ended.isDone()) {
                    drip(client);
                    dripped++;
                }
            }
            assertThat(dripped).isLessThan(400);
        }
    }

    private static void drip(RawClient client) {
        try {
            client.write("x");
        } catch (IOException e) {
            // reset: ended
        }
    }

    @Test
    void aHostThatBecomesAnUpstreamIsInterceptedFromTheNextConnectOn() throws Exception {
        try (var server = server("h2", (context, request) -> answer(context, request, "seen"));
                var sidekey = new RunningSidekey(config().build())) {
            var authority = HOST + ":" + server.port();
            // shown the server's own certificate, of another CA
            try (var blind = tls(sidekey, authority)) {
                assertThatThrownBy(blind::startHandshake).isInstanceOf(SSLException.class);
            }
            sidekey.sidekey().become(config().upstream("a", url(server, "/mcp")).build());
            try (var tls = tls(sidekey, authority)) {
                tls.startHandshake();
            }
            sidekey.sidekey().become(config().build());
            try (var blind = tls(sidekey, authority)) {
                assertThatThrownBy(blind::startHandshake).isInstanceOf(SSLException.class);
            }
        }
    }

    @Test
    void theUpstreamIsNeverAskedForWhatThePolicyRefuses() throws Exception {
        var config = config();
        config.resolve = Map.of("api.example.test", "169.254.169.254");
        config.egress =
                new EgressConfig(
                        EgressConfig.Unmatched.TUNNEL,
                        EgressConfig.PrivateRanges.AUTO,
                        List.of(),
                        List.of("denied.example.test"),
                        List.of("*.example.test"));
        try (var sidekey = new RunningSidekey(config.build())) {
            var agent = agent(sidekey, Version.HTTP_2);
            var answer =
                    agent.send(
                            post("https://api.example.test/mcp", "{}").build(),
                            BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("egress_refused").contains("metadata");
            try (var client = new RawClient(sidekey.port())) {
                assertThat(client.connect("denied.example.test:443")).startsWith("HTTP/1.1 403");
            }
        }
    }
}
