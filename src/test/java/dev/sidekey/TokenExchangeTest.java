package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.GrantInputs;
import dev.sidekey.config.TokenSourceConfig;
import dev.sidekey.fakes.FakeHttp;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.fakes.FakeIdentityProvider;
import dev.sidekey.oauth.Scopes;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Token exchange at the upstream's own authorization server (RFC 8693). */
final class TokenExchangeTest extends RoadTest {
    private static final String TYPE = "urn:ietf:params:oauth:token-type:";

    private TestConfig config;

    @BeforeEach
    void offerTheGrant() {
        config = config();
        mcp.switches.needed = Scopes.of("read");
        authorization.switches.metadata =
                Map.of("grant_types_supported", List.of(FakeIdentityProvider.EXCHANGE));
        authorization.switches.furtherGrants = TokenExchangeTest::scopes;
    }

    private static @Nullable Scopes scopes(Asked asked) {
        return asked.form().getOrDefault("subject_token", "").startsWith("subject")
                ? Scopes.parse(asked.form().get("scope"))
                : null;
    }

    private static TokenSourceConfig file(Path file, @Nullable String type) {
        return new TokenSourceConfig(file, List.of(), null, Map.of(), null, null, type);
    }

    private void exchange(TokenSourceConfig subject, TokenSourceConfig actor) {
        config.inputs =
                new GrantInputs(
                        TokenSourceConfig.none(),
                        subject,
                        actor,
                        GrantInputs.none().identityProvider(),
                        GrantInputs.none().header(),
                        null);
    }

    private Path token(String name, String text) throws Exception {
        return Files.writeString(state.resolve(name), text);
    }

    @Test
    void theSubjectsTokenIsExchangedForThisResource() throws Exception {
        exchange(
                file(token("subject", "subject-1\n"), null),
                file(token("actor", "actor-1"), "access_token"));
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(authorization.http().asked("/token").getFirst().form())
                    .containsEntry("grant_type", FakeIdentityProvider.EXCHANGE)
                    .containsEntry("subject_token", "subject-1")
                    .containsEntry("subject_token_type", TYPE + "access_token")
                    .containsEntry("actor_token", "actor-1")
                    .containsEntry("actor_token_type", TYPE + "access_token")
                    .containsEntry("resource", mcp.url())
                    .containsEntry("scope", "read")
                    .doesNotContainKey("client_id");
        }
    }

    @Test
    void aRotatedSubjectTokenIsReadAnew() throws Exception {
        var file = token("subject", "subject-1");
        exchange(file(file, "urn:example:token"), TokenSourceConfig.none());
        try (var sidekey = start(config)) {
            sidekey.call("/mcp", "echo").get();
            Files.writeString(file, "subject-2");
            authorization.expireAccessTokens();
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(authorization.http().asked("/token").getLast().form())
                    .containsEntry("subject_token", "subject-2")
                    .containsEntry("subject_token_type", "urn:example:token");
        }
    }

    @Test
    void theSubjectsTokenMayComeFromACommandOrAService() throws Exception {
        exchange(
                new TokenSourceConfig(
                        null, List.of("/bin/echo", "subject-c"), null, Map.of(), null, null, null),
                TokenSourceConfig.none());
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
        }
        try (var service =
                FakeHttp.start(_ -> FakeHttp.Answer.json(200, Map.of("value", "subject-u")))) {
            exchange(
                    new TokenSourceConfig(
                            null, List.of(), URI.create(service.url()), Map.of(), null, null, null),
                    TokenSourceConfig.none());
            authorization.expireAccessTokens();
            try (var sidekey = start(config)) {
                assertThat(sidekey.call("/mcp", "echo").get().body())
                        .contains("\"result\":{\"echo\"");
            }
        }
        assertThat(authorization.http().asked("/token"))
                .extracting(asked -> asked.form().get("subject_token"))
                .containsExactly("subject-c", "subject-u");
    }

    @Test
    void whatIsNoAccessTokenIsNotShownUpstream() throws Exception {
        exchange(file(token("subject", "subject-1"), null), TokenSourceConfig.none());
        authorization.switches.tokenAnswer =
                FakeHttp.Answer.json(
                        200,
                        Map.of(
                                "access_token",
                                "x",
                                "token_type",
                                "N_A",
                                "issued_token_type",
                                TYPE + "jwt"));
        try (var sidekey = start(config)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "token_type is N_A");
        }
    }

    @Test
    void aSubjectTokenThatCannotBeReadIsNamed() throws Exception {
        var missing = state.resolve("missing");
        exchange(file(missing, null), TokenSourceConfig.none());
        try (var sidekey = start(config)) {
            assertDenied(
                    sidekey.call("/mcp", "echo").get(),
                    "upstreams.default.subject-token.file: " + missing + " cannot be read");
            assertThat(count("/token")).isZero();
        }
    }

    @Test
    void anActorTokenThatCannotBeReadIsNamed() throws Exception {
        exchange(
                file(token("subject", "subject-1"), null),
                file(token("actor", "not a jwt"), "jwt"));
        try (var sidekey = start(config)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "actor-token.file");
            assertThat(count("/token")).isZero();
        }
    }
}
