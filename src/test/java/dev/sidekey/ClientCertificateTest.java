package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.ClientConfig;
import dev.sidekey.config.GrantInputs;
import dev.sidekey.config.IdentityProviderConfig;
import dev.sidekey.config.SecretSource;
import dev.sidekey.config.TokenSourceConfig;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeHttp;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.fakes.KeyPairs;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client that shows its certificate (RFC 8705 §2), on the wire: the token endpoint's alias is
 * another place, behind TLS, and judges who is there.
 */
final class ClientCertificateTest {
    @TempDir static Path pairs;
    private static FakeHttp endpoint;

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    @TempDir Path work;

    private final FakeAuthorizationServer authorization = FakeAuthorizationServer.start();
    private final FakeMcpServer mcp =
            FakeMcpServer.start(
                    0,
                    authorization.issuer(),
                    token -> token.equals("tls-" + NUMBERS.get()) ? Scopes.of("read") : null);
    private TestConfig config;

    @BeforeAll
    static void makePairs() throws Exception {
        var made = new KeyPairs(pairs);
        made.create("server", "CN=localhost", "san=dns:localhost,ip:127.0.0.1");
        made.create("client", "CN=agent", "ku:c=digitalSignature");
        endpoint = FakeHttp.startTls(made.serverTls("server"), ClientCertificateTest::token);
    }

    @AfterAll
    static void stopTheEndpoint() {
        endpoint.close();
    }

    private static Answer token(Asked asked) {
        if (!asked.header("x-peer").equals("CN=agent")) {
            return Answer.json(401, Map.of("error", "invalid_client"));
        }
        if (asked.path().equals("/mtls/revoke")) {
            return Answer.text(200, "");
        }
        if (asked.path().equals("/mtls/device")) {
            return Answer.json(
                    200,
                    Map.of(
                            "device_code",
                            "device-code",
                            "user_code",
                            "WDJB-MJHT",
                            "verification_uri",
                            "http://127.0.0.1/activate",
                            "interval",
                            1));
        }
        var wanted = asked.form().getOrDefault("requested_token_type", "");
        var reply = new LinkedHashMap<String, Object>();
        reply.put("access_token", "tls-" + NUMBERS.incrementAndGet());
        reply.put("expires_in", 3600);
        reply.put("token_type", wanted.isEmpty() ? "Bearer" : "N_A");
        if (!wanted.isEmpty()) {
            reply.put("issued_token_type", wanted);
        }
        return Answer.json(200, reply);
    }

    @BeforeEach
    void offerTheAlias() {
        mcp.switches.needed = Scopes.of("read");
        config = new TestConfig(work.resolve("state"));
        config.caFile = pairs.resolve("server.pem");
        config.clientId = "agent";
        config.clientIssuer = authorization.issuer();
    }

    @AfterEach
    void stop() {
        mcp.close();
        authorization.close();
    }

    private void offer(String method) {
        authorization.switches.metadata =
                Map.of(
                        "token_endpoint_auth_methods_supported",
                        List.of(method),
                        "device_authorization_endpoint",
                        authorization.http().url() + "/device",
                        "mtls_endpoint_aliases",
                        Map.of(
                                "token_endpoint",
                                endpoint.url() + "/mtls/token",
                                "device_authorization_endpoint",
                                endpoint.url() + "/mtls/device",
                                "revocation_endpoint",
                                endpoint.url() + "/mtls/revoke"));
    }

    private ClientConfig withCertificate(String id, String issuer) {
        return new ClientConfig(
                id,
                null,
                null,
                issuer,
                null,
                null,
                key(),
                null,
                null,
                ClientConfig.AssertionAudience.ISSUER,
                pairs.resolve("client.pem"));
    }

    private static SecretSource key() {
        return new SecretSource(Secret.of("unused"), pairs.resolve("client.key.pem"));
    }

    private RunningSidekey start() throws Exception {
        return new RunningSidekey(config.upstream("default", mcp.url()).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls_client_auth", "self_signed_tls_client_auth"})
    void theCertificateIsShownAtTheAliasAndNothingElseIsProven(String method) throws Exception {
        offer(method);
        config.grant = "client_credentials";
        config.clientKey = key();
        config.clientCertificateFile = pairs.resolve("client.pem");
        try (var sidekey = start()) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            NUMBERS.incrementAndGet(); // the token is taken no more
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            var asked = endpoint.asked("/mtls/token");
            for (var one : asked.subList(asked.size() - 2, asked.size())) {
                assertThat(one.header("x-peer")).isEqualTo("CN=agent");
                assertThat(one.header("authorization")).isEmpty();
                assertThat(one.form())
                        .containsEntry("client_id", "agent")
                        .containsEntry("grant_type", "client_credentials")
                        .doesNotContainKeys("client_secret", "client_assertion");
            }
            assertThat(authorization.http().asked("/token")).isEmpty();
        }
    }

    @Test
    void aCodeIsAskedForAndATokenRevokedAtTheirAliasesToo() throws Exception {
        offer("tls_client_auth");
        config.grant = "device_code";
        config.clientKey = key();
        config.clientCertificateFile = pairs.resolve("client.pem");
        try (var sidekey = start()) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(sidekey.admin("/api/v1/upstreams/default/logout").body())
                    .contains("\"revoked\":1");
            for (var path : List.of("/mtls/device", "/mtls/revoke")) {
                var asked = endpoint.asked(path).getLast();
                assertThat(asked.header("x-peer")).isEqualTo("CN=agent");
                assertThat(asked.form()).containsEntry("client_id", "agent");
            }
            assertThat(authorization.http().asked("/revoke")).isEmpty();
        }
    }

    @Test
    void aCertificateThatVanishesIsNamedAndNothingIsSent() throws Exception {
        offer("tls_client_auth");
        config.grant = "client_credentials";
        config.clientKey = key();
        config.clientCertificateFile =
                Files.copy(pairs.resolve("client.pem"), work.resolve("client.pem"));
        try (var sidekey = start()) {
            Files.delete(work.resolve("client.pem"));
            int before = endpoint.asked().size();
            RoadTest.assertDenied(
                    sidekey.call("/mcp", "echo").get(),
                    "upstreams.default.client.certificate-file");
            assertThat(endpoint.asked()).hasSize(before);
        }
    }

    /** The identity provider's own alias; the upstream's server is asked by a secret. */
    @Test
    void anIdentityProviderIsAskedAtItsAliasToo() throws Exception {
        var base = new String[1];
        try (var provider = FakeHttp.start(asked -> metadata(base[0], asked))) {
            base[0] = provider.url();
            authorization.switches.furtherGrants = asked -> Scopes.of("read");
            authorization.switches.authMethod = "client_secret_post";
            var upstream = FakeMcpServer.start(authorization);
            upstream.switches.needed = Scopes.of("read");
            config.clientSecret = Secret.of("s3cret");
            var subject = Files.writeString(work.resolve("subject"), "a-token");
            var none = GrantInputs.none();
            config.inputs =
                    new GrantInputs(
                            none.assertion(),
                            new TokenSourceConfig(
                                    subject, List.of(), null, Map.of(), null, null, "access_token"),
                            none.actorToken(),
                            new IdentityProviderConfig(
                                    provider.url(),
                                    null,
                                    withCertificate("at-the-provider", provider.url())),
                            none.header(),
                            null);
            try (upstream;
                    var sidekey =
                            new RunningSidekey(
                                    config.upstream("default", upstream.url()).build())) {
                assertThat(sidekey.call("/mcp", "echo").get().body())
                        .contains("\"result\":{\"echo\"");
                var exchanged = endpoint.asked("/idp/token").getLast();
                assertThat(exchanged.header("x-peer")).isEqualTo("CN=agent");
                assertThat(exchanged.form())
                        .containsEntry("client_id", "at-the-provider")
                        .containsEntry("subject_token", "a-token");
                assertThat(provider.asked("/token")).isEmpty();
            }
        }
    }

    private static Answer metadata(String base, Asked asked) {
        return asked.path().equals("/.well-known/openid-configuration")
                ? Answer.json(
                        200,
                        Map.of(
                                "issuer",
                                base,
                                "token_endpoint",
                                base + "/token",
                                "token_endpoint_auth_methods_supported",
                                List.of("tls_client_auth"),
                                "mtls_endpoint_aliases",
                                Map.of("token_endpoint", endpoint.url() + "/idp/token")))
                : Answer.text(404, "no");
    }
}
