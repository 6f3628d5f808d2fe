package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.sidekey.config.GrantInputs;
import dev.sidekey.config.SecretSource;
import dev.sidekey.config.TokenSourceConfig;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client shows at the token endpoint in place of a secret, on the wire (RFC 7523 §2.2). */
final class ClientProofTest extends RoadTest {
    private static final String ASSERTION_TYPE =
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private TestConfig config;

    @BeforeEach
    void registerTheClientByHand() {
        config = config();
        config.clientId = "static-agent";
        config.clientIssuer = authorization.issuer();
        authorization.switches.authMethod = "private_key_jwt";
        authorization.switches.furtherGrants = asked -> Scopes.parse(asked.form().get("scope"));
        mcp.switches.needed = Scopes.of("read");
    }

    private void withKey(Path file) {
        config.clientKey = new SecretSource(Secret.of("unused"), file);
    }

    private Path key() throws Exception {
        var key = Path.of("src", "test", "resources", "keys", "ec256.pkcs8.pem");
        return Files.copy(key, state.resolve("key.pem"));
    }

    private Path assertion(String id) throws Exception {
        var claims =
                new JWTClaimsSet.Builder()
                        .subject("pod")
                        .jwtID(id)
                        .expirationTime(Date.from(Instant.now().plusSeconds(600)));
        return Files.writeString(
                state.resolve("pod.jwt"), new PlainJWT(claims.build()).serialize());
    }

    private void withAssertion(Path file) {
        var none = GrantInputs.none();
        config.inputs =
                new GrantInputs(
                        new TokenSourceConfig(file, List.of(), null, Map.of(), null, null, null),
                        none.subjectToken(),
                        none.actorToken(),
                        none.identityProvider(),
                        none.header(),
                        null);
    }

    private Map<String, String> lastForm() {
        return authorization.http().asked("/token").getLast().form();
    }

    @Test
    void thePlatformsJwtMayBeWhatTheClientAuthenticatesWith() throws Exception {
        config.grant = "client_credentials";
        var file = assertion("first");
        withAssertion(file);
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(lastForm())
                    .containsEntry("grant_type", "client_credentials")
                    .containsEntry("client_id", "static-agent")
                    .containsEntry("client_assertion_type", ASSERTION_TYPE)
                    .containsEntry("client_assertion", Files.readString(file))
                    .doesNotContainKeys("assertion", "client_secret");
            assertion("rotated");
            authorization.expireAccessTokens();
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(lastForm()).containsEntry("client_assertion", Files.readString(file));
        }
    }

    @Test
    void aRefreshIsSignedAnewToo() throws Exception {
        withKey(key());
        try (var sidekey = start(config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            authorization.expireAccessTokens();
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            var asked = authorization.http().asked("/token");
            assertThat(asked)
                    .extracting(one -> one.form().get("grant_type"))
                    .containsExactly("authorization_code", "refresh_token");
            assertThat(asked)
                    .allSatisfy(one -> {
                        assertThat(one.form())
                                .containsEntry("client_assertion_type", ASSERTION_TYPE)
                                .doesNotContainKey("client_secret");
                        assertThat(one.header("authorization")).isEmpty();
                    });
            assertThat(asked)
                    .extracting(one -> jwtId(one.form().get("client_assertion")))
                    .doesNotHaveDuplicates();
        }
    }

    private static String jwtId(String assertion) {
        try {
            return SignedJWT.parse(assertion).getJWTClaimsSet().getJWTID();
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    /** What vanishes, and how the error calls it. */
    record Vanishing(String grant, String file, String setting) {}

    static Stream<Vanishing> vanishing() {
        return Stream.of(
                new Vanishing("jwt_bearer", "pod.jwt", "assertion.file"),
                new Vanishing("client_credentials", "pod.jwt", "assertion.file"),
                new Vanishing("client_credentials", "key.pem", "client.key-file"));
    }

    @ParameterizedTest
    @MethodSource("vanishing")
    void aFileThatVanishesLeavesTheCredentialToItsEndAndIsNamedThen(Vanishing what)
            throws Exception {
        authorization.switches.expiresIn = 4;
        authorization.switches.tokensEnd = true;
        config.grant = what.grant();
        var file = what.file().equals("key.pem") ? key() : assertion("once");
        if (what.file().equals("key.pem")) {
            withKey(file);
        } else {
            withAssertion(file);
        }
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            var content = Files.readString(file);
            Files.delete(file);
            var begins = System.nanoTime();
            RunningSidekey.await(
                    () -> !GrantSituation.succeeded(sidekey.call("/mcp", "echo")),
                    "the token has ended");
            var served = (System.nanoTime() - begins) / 1_000_000_000.0;
            // 3 s is when it was to be replaced, 4 s is its end
            assertThat(served).isGreaterThan(3.2);
            assertDenied(sidekey.call("/mcp", "echo").get(), file.toString());
            assertDenied(sidekey.call("/mcp", "echo").get(), "upstreams.default." + what.setting());
            assertThat(count("/token")).isEqualTo(1);
            Files.writeString(file, content);
            RunningSidekey.await(
                    () -> GrantSituation.succeeded(sidekey.call("/mcp", "echo")),
                    "the file is there again");
        }
    }
}
