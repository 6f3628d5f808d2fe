package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Machines before a real Keycloak with five-second tokens: client_credentials by secret, by signed
 * assertion and by certificate, and jwt_bearer by the token of a pod. The MCP server checks
 * signature, issuer, audience, expiry, scope.
 */
@Timeout(600)
class MachineKeycloakIT {
    private static final String SUCCESS = "\"result\":{\"echo\"";
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path work;

    @Test
    void aMachineGetsAndRenewsItsTokenByEachProofItMayHave() throws Exception {
        keyPair("server", "CN=localhost", "san=dns:localhost,ip:127.0.0.1");
        keyPair("client", "CN=machine", "ku:c=digitalSignature");
        trust("client");
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
                serves(mcp, keycloak.issuer(), withSecret());
                serves(mcp, keycloak.issuer(), withKey());
                serves(mcp, keycloak.issuer(), ofAPod(keycloak.issuer()));
                serves(mcp, secure, withCertificate());
            }
        }
    }

    private static @Nullable Scopes scopes(String token, TokenChecker one, TokenChecker other) {
        var scopes = one.scopesOf(token);
        return scopes == null ? other.scopesOf(token) : scopes;
    }

    private static void serves(FakeMcpServer mcp, String issuer, TestConfig config)
            throws Exception {
        mcp.switches.issuer = issuer;
        config.clientIssuer = issuer;
        config.upstream("default", mcp.url());
        try (var sidekey = new RunningSidekey(config.build())) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains(SUCCESS);
            assertThat(sidekey.call("/mcp", "write_note").get().body()).contains(SUCCESS);
            noCallFailsWhileTokensEnd(sidekey);
            assertThat(sidekey.logins()).isEmpty();
        }
    }

    private static void noCallFailsWhileTokensEnd(RunningSidekey sidekey) throws Exception {
        var ends = System.nanoTime() + 12_000_000_000L;
        while (System.nanoTime() < ends) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains(SUCCESS);
            RunningSidekey.pause();
        }
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
        var none = GrantInputs.none();
        config.clientId = "of-a-pod";
        config.clientSecret = Secret.of("pods-secret");
        config.inputs =
                new GrantInputs(
                        new TokenSourceConfig(file, List.of(), null, Map.of(), null, null, null),
                        none.subjectToken(),
                        none.actorToken(),
                        none.identityProvider(),
                        none.header(),
                        null);
        return config;
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

    /** A self-signed pair: NAME.pem and NAME.key.pem. */
    private void keyPair(String name, String subject, String extension) throws Exception {
        var store = work.resolve(name + ".p12");
        keytool(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                subject,
                "-ext",
                extension,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                name,
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit",
                "-file",
                work.resolve(name + ".pem").toString());
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = new FileInputStream(store.toFile())) {
            keys.load(in, PASSWORD);
        }
        var bytes = keys.getKey(name, PASSWORD).getEncoded();
        var body = Base64.getMimeEncoder().encodeToString(bytes);
        Files.writeString(
                work.resolve(name + ".key.pem"),
                "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
    }

    private void trust(String name) throws Exception {
        keytool(
                "-importcert",
                "-noprompt",
                "-alias",
                name,
                "-storetype",
                "PKCS12",
                "-file",
                work.resolve(name + ".pem").toString(),
                "-keystore",
                work.resolve("trusted.p12").toString(),
                "-storepass",
                "changeit");
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
