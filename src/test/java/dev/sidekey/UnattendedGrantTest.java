package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.sidekey.config.GrantInputs;
import dev.sidekey.config.TokenSourceConfig;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Grants that need no person (M1 to M4, M10, M11): held, renewed by asking again, never retried.
 */
final class UnattendedGrantTest extends RoadTest {
    private static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    private TestConfig config;

    @BeforeEach
    void offerTheGrants() {
        config = config();
        authorization.switches.metadata =
                Map.of(
                        "grant_types_supported",
                        List.of("client_credentials", JWT_BEARER),
                        "token_endpoint_auth_methods_supported",
                        List.of("client_secret_basic", "none"));
        authorization.switches.furtherGrants = UnattendedGrantTest::scopes;
    }

    private static Scopes scopes(Asked asked) {
        return Scopes.parse(asked.form().get("scope"));
    }

    private void withClient() {
        config.clientId = "agent";
        config.clientSecret = Secret.of("s3cret");
        config.clientIssuer = authorization.issuer();
    }

    private void withAssertion(Path file) {
        config.inputs =
                new GrantInputs(
                        new TokenSourceConfig(file, List.of(), null, Map.of(), null, null, null),
                        TokenSourceConfig.none(),
                        TokenSourceConfig.none(),
                        GrantInputs.none().identityProvider(),
                        GrantInputs.none().header(),
                        null);
    }

    private Path assertion(Instant ends) throws Exception {
        var claims = new JWTClaimsSet.Builder().subject("pod").expirationTime(Date.from(ends));
        return Files.writeString(
                state.resolve("assertion.jwt"), new PlainJWT(claims.build()).serialize());
    }

    @Test
    void aClientAsksForItselfWhereTheServerListsNothingElse() throws Exception {
        mcp.switches.needed = Scopes.of("read");
        withClient();
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            var asked = authorization.http().asked("/token").getFirst();
            assertThat(asked.form())
                    .containsEntry("grant_type", "client_credentials")
                    .containsEntry("resource", mcp.url())
                    .containsEntry("scope", "read")
                    .doesNotContainKey("client_id");
            assertThat(asked.header("authorization")).isEqualTo("Basic YWdlbnQ6czNjcmV0");
            assertThat(count("/register")).isZero();
            assertThat(count("/authorize")).isZero();
        }
    }

    @Test
    void noRefreshTokenIsAskedForWhereTheGrantIsSimplyAskedAgain() throws Exception {
        mcp.switches.needed = Scopes.of("read");
        authorization.switches.scopesSupported = Scopes.parse("read offline_access");
        withClient();
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(authorization.http().asked("/token").getFirst().form())
                    .containsEntry("scope", "read");
        }
    }

    @Test
    void aStepUpAsksForMoreWithoutAPerson() throws Exception {
        mcp.switches.needed = Scopes.of("read");
        mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
        withClient();
        try (var sidekey = start(config)) {
            sidekey.call("/mcp", "echo").get();
            assertThat(sidekey.call("/mcp", "write").get().body()).contains("\"result\":{\"echo\"");
            assertThat(authorization.http().asked("/token").getLast().form().get("scope"))
                    .contains("read")
                    .contains("write");
        }
    }

    @Test
    void theJwtOfThePlatformIsTheGrant() throws Exception {
        var file = assertion(Instant.now().plusSeconds(600));
        withAssertion(file);
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            var form = authorization.http().asked("/token").getFirst().form();
            assertThat(form)
                    .containsEntry("grant_type", JWT_BEARER)
                    .containsEntry("assertion", Files.readString(file))
                    .containsEntry("resource", mcp.url())
                    .doesNotContainKey("client_id");
        }
    }

    @Test
    void aRefusedAssertionIsNotShownAgainAndNothingElseIsTried() throws Exception {
        withAssertion(assertion(Instant.now().plusSeconds(600)));
        authorization.switches.furtherGrants = asked -> null;
        try (var sidekey = start(config)) {
            for (int i = 0; i < 3; i++) {
                assertDenied(sidekey.call("/mcp", "echo").get(), "invalid_grant");
            }
            assertThat(count("/token")).isEqualTo(1);
            assertThat(count("/authorize")).isZero();
        }
    }

    @Test
    void aLoginByHandLiftsARememberedSetback() throws Exception {
        withAssertion(assertion(Instant.now().plusSeconds(600)));
        authorization.switches.furtherGrants = asked -> null;
        try (var sidekey = start(config)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "invalid_grant");
            authorization.switches.furtherGrants = UnattendedGrantTest::scopes;
            assertDenied(sidekey.call("/mcp", "echo").get(), "invalid_grant");
            assertThat(sidekey.admin("/api/v1/upstreams/default/login").body())
                    .contains("authorized");
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(count("/token")).isEqualTo(2);
        }
    }

    @Test
    void anExpiredAssertionIsNamedAndNotSent() throws Exception {
        var file = assertion(Instant.now().minusSeconds(600));
        withAssertion(file);
        try (var sidekey = start(config)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), file + " holds a JWT that expired at");
            assertThat(count("/token")).isZero();
        }
    }

    @Test
    void aServerThatDoesNotListTheGrantIsNotAsked() throws Exception {
        withAssertion(assertion(Instant.now().plusSeconds(600)));
        authorization.switches.metadata =
                Map.of("grant_types_supported", List.of("authorization_code"));
        try (var sidekey = start(config)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "does not offer the grant jwt_bearer");
            assertThat(count("/token")).isZero();
        }
    }
}
