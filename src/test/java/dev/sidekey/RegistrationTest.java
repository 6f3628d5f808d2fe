package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.RegistrationConfig.ScopeRule;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** As which client Sidekey asks, and with which scopes it registers (C1 to C15). */
final class RegistrationTest extends RoadTest {

    @Test
    void noScopeIsRegisteredWhenNobodyNamedOne() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(authorization.http().asked("/register").getFirst().body())
                    .doesNotContain("scope");
            assertThat(authorization.http().asked("/authorize").getFirst().path())
                    .doesNotContain("scope=");
        }
    }

    @Test
    void aServerThatRefusesScopesAtRegistrationGetsOneWithout() throws Exception {
        mcp.switches.needed = Scopes.of("notes");
        authorization.switches.refusesScopeAtRegistration = true;
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(count("/register")).isEqualTo(2);
        }
    }

    @Test
    void aServerThatRefusesScopesEverywhereIsLoggedInToWithoutAny() throws Exception {
        mcp.switches.scopesSupported = Scopes.of("a", "b");
        authorization.switches.refusesScopeAtRegistration = true;
        authorization.switches.refusesScopeAtLogin = true;
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
    }

    @Test
    void scopeNeverKeepsScopesOutOfTheRegistration() throws Exception {
        mcp.switches.needed = Scopes.of("notes");
        authorization.switches.refusesScopeAtRegistration = true;
        var config = config();
        config.scopeRule = ScopeRule.NEVER;
        try (var sidekey = start(config)) {
            callAndLogIn(sidekey);
            assertThat(count("/register")).isEqualTo(1);
        }
    }

    @Test
    void aRegistrationThatCanBeManagedIsUpdatedForAWiderScope() throws Exception {
        authorization.switches.managesRegistrations = true;
        mcp.switches.needed = Scopes.of("read");
        mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(callAndLogIn(sidekey, "write").body()).contains("\"result\":{\"echo\"");
            assertThat(count("/register")).isEqualTo(1);
            var update = authorization.http().asked("/register/client-1").getFirst();
            assertThat(update.method()).isEqualTo("PUT");
            assertThat(update.body()).contains("read write").contains("client-1");
        }
    }

    @Test
    void withoutRegistrationTheErrorSaysExactlyWhatToConfigure() throws Exception {
        authorization.switches.offersRegistration = false;
        try (var sidekey = start()) {
            var answer = sidekey.call("/mcp", "echo").get();
            assertDenied(answer, "client.id");
            assertThat(answer.body()).contains("/oauth/callback").contains(authorization.issuer());
        }
    }

    @Test
    void aClientOfTheOperatorsIsUsedAndNoneIsRegistered() throws Exception {
        authorization.switches.authMethod = "client_secret_basic";
        var config = config();
        config.clientId = "static one";
        config.clientSecret = Secret.of("s:cret/");
        config.clientIssuer = authorization.issuer();
        try (var sidekey = start(config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(count("/register")).isZero();
            var basic = authorization.http().asked("/token").getFirst().header("authorization");
            // E2: both halves form-url-encoded
            assertThat(
                            new String(
                                    java.util.Base64.getDecoder().decode(basic.substring(6)),
                                    java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("static+one:s%3Acret%2F");
            assertThat(authorization.http().asked("/token").getFirst().form())
                    .doesNotContainKeys("client_id", "client_secret");
        }
    }

    @Test
    void aClientOfAnotherIssuerIsShownToNobody() throws Exception {
        var config = config();
        config.clientId = "static";
        config.clientIssuer = "https://elsewhere.example.com";
        try (var sidekey = start(config)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "belongs to https://elsewhere");
            assertThat(count("/authorize")).isZero();
        }
    }

    @Test
    void aClientIdMetadataDocumentIsPreferredToARegistration() throws Exception {
        authorization.switches.cimd = true;
        var config = config();
        config.clientMetadataUrl = URI.create("https://client.example.com/id.json");
        try (var sidekey = start(config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(count("/register")).isZero();
            assertThat(authorization.http().asked("/authorize").getFirst().path())
                    .contains("client_id=https%3A%2F%2Fclient.example.com%2Fid.json");
        }
    }

    @Test
    void aRegistrationRefusedInPlainTextIsToldAsItIs() throws Exception {
        authorization.switches.registrationAnswer =
                Answer.text(403, "Forbidden: unknown client_name");
        try (var sidekey = start()) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "unknown client_name");
        }
    }

    @Test
    void aRegistrationServerThatIsDownIsAskedAgainByTheNextCall() throws Exception {
        authorization.switches.registrationAnswer = Answer.text(500, "<html>");
        try (var sidekey = start()) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "did not register");
            authorization.switches.registrationAnswer = null;
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
    }

    @Test
    void aClientSecretThatCameWithTheRegistrationIsUsedAsTheServerSays() throws Exception {
        authorization.switches.authMethod = "client_secret_post";
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(authorization.http().asked("/token").getFirst().form())
                    .containsEntry("client_id", "client-1")
                    .containsEntry("client_secret", "secret-client-1");
        }
    }
}
