package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import dev.sidekey.config.GrantInputs;
import dev.sidekey.config.SecretSource;
import dev.sidekey.config.TokenSourceConfig;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.fakes.KeyPairs;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Grants before a real Keycloak with five-second tokens: client_credentials by secret, by signed
 * assertion and by certificate, jwt_bearer by the token of a pod (signed by an issuer that Keycloak
 * trusts), standard token exchange (RFC 8693), and device authorization (RFC 8628). The MCP server
 * checks signature, issuer, audience, expiry, scope.
 */
@Timeout(600)
class MachineKeycloakIT {
    private static final String SUCCESS = "\"result\":{\"echo\"";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path work;

    @Test
    void aTokenIsGotAndRenewedByEachProofAndEachGrant() throws Exception {
        var pairs = new KeyPairs(work);
        pairs.create("server", "CN=localhost", "san=dns:localhost,ip:127.0.0.1");
        pairs.create("client", "CN=machine", "ku:c=digitalSignature");
        pairs.trust("client");
        int port = TestConfig.freePort();
        int tls = TestConfig.freePort();
        var audience = "http://127.0.0.1:" + port + "/mcp";
        try (var keycloak = new KeycloakServer(work, audience, "machines.json", options(tls))) {
            var plain = new TokenChecker(keycloak.issuer(), audience);
            var secure = "https://localhost:" + tls + "/realms/mcp";
            var overTls = new TokenChecker(secure, keycloak.issuer(), audience);
            try (var mcp =
                    FakeMcpServer.start(port, secure, token -> scopes(token, plain, overTls))) {
                mcp.switches.needed = Scopes.of("mcp:read");
                mcp.switches.neededByTool = Map.of("write_note", Scopes.of("mcp:write"));
                var issuer = keycloak.issuer();
                var subject = tokenOfAlice(issuer);
                serveTogether(
                        mcp,
                        issuer,
                        List.of(
                                withSecret(),
                                withKey(),
                                ofAPod(issuer),
                                exchanging(subject),
                                withCode()));
                serveTogether(mcp, secure, List.of(withCertificate()));
                assertEachWasShown(mcp, subject);
            }
        }
    }

    private static @Nullable Scopes scopes(String token, TokenChecker one, TokenChecker other) {
        var scopes = one.scopesOf(token);
        return scopes == null ? other.scopesOf(token) : scopes;
    }

    /** Each with a Sidekey of its own, all at once: they wait for tokens to end. */
    private static void serveTogether(FakeMcpServer mcp, String issuer, List<TestConfig> configs)
            throws Exception {
        mcp.switches.issuer = issuer;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Callable<Object>>();
            for (var config : configs) {
                config.clientIssuer = issuer;
                config.upstream("default", mcp.url());
                all.add(() -> serves(config));
            }
            for (var one : threads.invokeAll(all)) {
                one.get();
            }
        }
    }

    private static Object serves(TestConfig config) throws Exception {
        try (var sidekey = new RunningSidekey(config.build())) {
            var first = sidekey.call("/mcp", "echo");
            if ("device_code".equals(config.grant)) {
                signInElsewhere(sidekey);
            }
            assertThat(first.get().body()).contains(SUCCESS);
            noCallFailsWhileTokensEnd(sidekey);
            if (!"device_code".equals(config.grant)) {
                assertThat(sidekey.call("/mcp", "write_note").get().body()).contains(SUCCESS);
            }
            assertThat(sidekey.logins()).isEmpty();
            return sidekey;
        }
    }

    /** A person types the code that the operator is shown into Keycloak's page. */
    private static void signInElsewhere(RunningSidekey sidekey) throws Exception {
        var page = sidekey.awaitLink().split("\\?", 2)[0];
        var code = sidekey.logins().getFirst().get("user_code").asText();
        var end = new ScriptedBrowser().logInWithCode(page, code, "alice", "alice");
        assertThat(end.body()).contains("Device Login Successful");
    }

    private static void noCallFailsWhileTokensEnd(RunningSidekey sidekey) throws Exception {
        var ends = System.nanoTime() + 12_000_000_000L;
        while (System.nanoTime() < ends) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains(SUCCESS);
            RunningSidekey.pause();
        }
    }

    /** Who asked stands in the token; the exchanged one is still the subject's (RFC 8693 §1.1). */
    private static void assertEachWasShown(FakeMcpServer mcp, String subject) throws Exception {
        var subjects = new HashMap<String, String>();
        for (var asked : mcp.http().asked("/mcp")) {
            var token = asked.header("authorization").replace("Bearer ", "");
            if (!token.isEmpty()) {
                var claims = SignedJWT.parse(token).getJWTClaimsSet();
                subjects.put(claims.getStringClaim("azp"), claims.getSubject());
            }
        }
        assertThat(subjects)
                .containsOnlyKeys(
                        "with-secret",
                        "with-key",
                        "of-a-pod",
                        "exchanging",
                        "with-code",
                        "with-certificate")
                .containsEntry(
                        "exchanging", SignedJWT.parse(subject).getJWTClaimsSet().getSubject());
    }

    private TestConfig withSecret() {
        var config = new TestConfig(work.resolve("state-secret"));
        config.grant = "client_credentials";
        config.clientId = "with-secret";
        config.clientSecret = Secret.of("machines-secret");
        return config;
    }

    private TestConfig withKey() {
        var config = new TestConfig(work.resolve("state-key"));
        config.grant = "client_credentials";
        config.clientId = "with-key";
        config.clientKey =
                new SecretSource(
                        Secret.of("unused"),
                        Path.of("src", "test", "resources", "keys", "ec256.pkcs8.pem"));
        config.clientKeyId = "k1";
        return config;
    }

    private TestConfig withCertificate() {
        var config = new TestConfig(work.resolve("state-certificate"));
        config.grant = "client_credentials";
        config.clientId = "with-certificate";
        config.clientAuthMethod = "tls_client_auth";
        config.clientKey = new SecretSource(Secret.of("unused"), work.resolve("client.key.pem"));
        config.clientCertificateFile = work.resolve("client.pem");
        config.caFile = work.resolve("server.pem");
        return config;
    }

    /**
     * A token as a cluster gives it to a pod; Keycloak trusts the cluster and links its account.
     */
    private TestConfig ofAPod(String issuer) throws Exception {
        var now = Instant.now();
        var claims =
                new JWTClaimsSet.Builder()
                        .issuer("https://cluster.example")
                        .subject("system:serviceaccount:agents:mcp")
                        .audience(issuer)
                        .jwtID("of-the-pod")
                        .issueTime(Date.from(now))
                        .notBeforeTime(Date.from(now))
                        .expirationTime(Date.from(now.plusSeconds(600)))
                        .build();
        var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.ES256), claims);
        var pem = Files.readString(Path.of("src", "test", "resources", "keys", "ec256.pkcs8.pem"));
        var key = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        var factory = KeyFactory.getInstance("EC");
        jwt.sign(
                new ECDSASigner(
                        (ECPrivateKey) factory.generatePrivate(new PKCS8EncodedKeySpec(key))));
        var file = Files.writeString(work.resolve("pod.jwt"), jwt.serialize());
        var config = new TestConfig(work.resolve("state-pod"));
        config.clientId = "of-a-pod";
        config.clientSecret = Secret.of("pods-secret");
        return withInputs(config, file, null);
    }

    /** Standard token exchange: what a front end holds of a person becomes a token for this. */
    private TestConfig exchanging(String subject) throws IOException {
        var config = new TestConfig(work.resolve("state-exchange"));
        config.clientId = "exchanging";
        config.clientSecret = Secret.of("exchanges-secret");
        return withInputs(config, null, Files.writeString(work.resolve("subject-token"), subject));
    }

    /** An access token of a person's, for another client and the one that exchanges it. */
    private static String tokenOfAlice(String issuer) throws Exception {
        var form =
                "grant_type=password&client_id=front&client_secret=fronts-secret"
                        + "&username=alice&password=alice";
        var asked =
                HttpRequest.newBuilder(URI.create(issuer + "/protocol/openid-connect/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build();
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(asked, BodyHandlers.ofString()).body();
            return new JsonMapper().readTree(answer).path("access_token").asText();
        }
    }

    private TestConfig withCode() {
        var config = new TestConfig(work.resolve("state-code"));
        config.grant = "device_code";
        config.clientId = "with-code";
        return config;
    }

    private static TestConfig withInputs(
            TestConfig config, @Nullable Path assertion, @Nullable Path subject) {
        var none = GrantInputs.none();
        config.inputs =
                new GrantInputs(
                        source(assertion),
                        source(subject),
                        none.actorToken(),
                        none.identityProvider(),
                        none.header(),
                        null);
        return config;
    }

    private static TokenSourceConfig source(@Nullable Path file) {
        return new TokenSourceConfig(file, List.of(), null, Map.of(), null, null, null);
    }

    private List<String> options(int tls) {
        return List.of(
                "--https-port=" + tls,
                "--https-certificate-file=" + work.resolve("server.pem"),
                "--https-certificate-key-file=" + work.resolve("server.key.pem"),
                "--https-client-auth=request",
                "--https-trust-store-file=" + work.resolve("trusted.p12"),
                "--https-trust-store-password=changeit");
    }
}
