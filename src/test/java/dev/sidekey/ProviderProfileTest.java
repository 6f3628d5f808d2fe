package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeHttp;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each shipped profile that sets something, before a fake that behaves as that site does: the login
 * works with the profile, and shows the difference that the profile is for.
 */
final class ProviderProfileTest extends RoadTest {

    private RunningSidekey with(String profile) throws Exception {
        return with(profile, config());
    }

    private RunningSidekey with(String profile, TestConfig config) throws Exception {
        config.profile = profile;
        return start(config);
    }

    private static Map<String, String> parameters(Asked asked) {
        var query = asked.path().split("\\?", 2);
        var all = new LinkedHashMap<>(query.length == 2 ? FakeHttp.parse(query[1]) : Map.of());
        all.putAll(asked.form());
        return all;
    }

    private static boolean isFor(Asked asked, String path) {
        return asked.path().split("\\?", 2)[0].equals(path);
    }

    /** Refuses resource, prompt=consent, a refresh without scopes; lists no PKCE. */
    private @Nullable Answer entra(Asked asked) {
        var parameters = parameters(asked);
        var refresh = "refresh_token".equals(parameters.get("grant_type"));
        return parameters.containsKey("resource")
                        || parameters.containsKey("prompt")
                        || (refresh && !"api://app/.default".equals(parameters.get("scope")))
                ? Answer.json(
                        400,
                        Map.of("error", "invalid_target", "error_description", "AADSTS9010010"))
                : null;
    }

    @Test
    void entraGetsNoResourceNoPromptAndTheScopesOnEachRefresh() throws Exception {
        authorization.switches.listsPkce = false;
        authorization.switches.judge = this::entra;
        authorization.switches.grantedScope = "api://app/Read api://app/.default";
        var config = config();
        config.scopes = Scopes.of("api://app/.default");
        try (var sidekey = with("entra", config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            authorization.expireAccessTokens();
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(sidekey.logins()).isEmpty();
        }
    }

    @Test
    void googleIsAskedForOfflineAccessInItsOwnWords() throws Exception {
        try (var sidekey = with("google")) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
        assertThat(parameters(authorization.http().asked("/authorize").getFirst()))
                .containsEntry("access_type", "offline")
                .containsEntry("prompt", "consent");
    }

    @Test
    void slackTakesUserScopesAndNestsTheToken() throws Exception {
        mcp.switches.needed = Scopes.of("chat:write");
        authorization.switches.scopeParameter = "user_scope";
        authorization.switches.nestsTokenIn = "authed_user";
        try (var sidekey = with("slack")) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
        assertThat(parameters(authorization.http().asked("/authorize").getFirst()))
                .containsEntry("user_scope", "chat:write")
                .doesNotContainKey("scope");
    }

    @Test
    void githubGetsTheSecretInTheBodyAndMayAnswerAForm() throws Exception {
        authorization.switches.offersRegistration = false;
        authorization.switches.metadata = Map.of("token_endpoint_auth_methods_supported", "");
        var config = config();
        config.clientId = "static-app";
        config.clientSecret = Secret.of("s3cret");
        config.clientIssuer = authorization.issuer();
        try (var sidekey = with("github", config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
        var asked = authorization.http().asked("/token").getFirst();
        assertThat(asked.form()).containsEntry("client_secret", "s3cret");
        assertThat(asked.header("authorization")).isEmpty();
    }

    @Test
    void cognitoIsBelievedToKnowPkce() throws Exception {
        authorization.switches.listsPkce = false;
        try (var sidekey = with("cognito")) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
        try (var sidekey = with("none")) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"supabase", "cloudflare", "clerk"})
    void whoRefusesOpenidIsNotAskedForIt(String profile) throws Exception {
        assertNeverAsked(profile, "openid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-offline-access", "robinhood"})
    void whoRefusesOfflineAccessIsNotAskedForIt(String profile) throws Exception {
        authorization.switches.scopesSupported = Scopes.of("read", "offline_access");
        assertNeverAsked(profile, "offline_access");
    }

    /** A5: exact strings, each for the host where it was seen. */
    @ParameterizedTest
    @CsvSource({
        "meta, https://www.facebook.com",
        "pagerduty, https://app.pagerduty.com/global/oauth/anonymous",
        "smartbear, https://app.tm4j.smartbear.com/backend/oauthproxy",
        "netsuite, https://system.netsuite.com",
        "indeed, https://secure.indeed.com/",
        "indeed, https://secure.indeed.com",
        "atlassian, https://cf.mcp.atlassian.com",
        "expo, https://mcp.expo.dev/",
        "jumpcloud, https://oauth.id.jumpcloud.com/",
    })
    void aServerMayGoByTheOtherNameThatIsKnown(String profile, String name) throws Exception {
        authorization.switches.issuerInMetadata = name;
        authorization.switches.iss = name;
        try (var sidekey = with(profile)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
        try (var sidekey = with("none")) {
            sidekey.admin("/api/v1/upstreams/default/logout");
            assertDenied(sidekey.call("/mcp", "echo").get(), name);
        }
    }

    private void assertNeverAsked(String profile, String scope) throws Exception {
        mcp.switches.scopesSupported = Scopes.of("read", scope);
        authorization.switches.judge =
                asked ->
                        isFor(asked, "/authorize") && asked.path().contains(scope)
                                ? Answer.text(400, "not that scope")
                                : null;
        try (var sidekey = with(profile)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
        assertThat(parameters(authorization.http().asked("/authorize").getFirst()))
                .containsEntry("scope", "read");
    }

    @Test
    void anOldKeycloakIsRegisteredWithoutScope() throws Exception {
        mcp.switches.needed = Scopes.of("read");
        authorization.switches.refusesScopeAtRegistration = true;
        try (var sidekey = with("keycloak-before-26.8")) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
        assertThat(authorization.http().asked("/register"))
                .singleElement()
                .matches(asked -> !asked.body().contains("\"scope\""));
    }

    @Test
    void springIsAskedForNoScopeAtAll() throws Exception {
        mcp.switches.scopesSupported = Scopes.of("read");
        authorization.switches.refusesScopeAtRegistration = true;
        authorization.switches.refusesScopeAtLogin = true;
        try (var sidekey = with("spring")) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
        assertThat(count("/register")).isEqualTo(1);
        assertThat(count("/authorize")).isEqualTo(1);
    }

    @Test
    void formsAreReadWhateverTheProfile() throws Exception {
        authorization.switches.judge =
                asked ->
                        isFor(asked, "/token")
                                ? form(Map.of("error", "bad_verification_code"))
                                : null;
        try (var sidekey = with("github")) {
            assertDenied(callAndLogIn(sidekey), "bad_verification_code");
        }
    }

    private static Answer form(Map<String, String> values) {
        var body =
                values.entrySet().stream()
                        .map(one ->
                                one.getKey()
                                        + "="
                                        + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        return new Answer(200, "application/x-www-form-urlencoded", body, Map.of());
    }
}
