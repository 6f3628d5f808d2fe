package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.RegistrationConfig;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.fakes.FakeHttp;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The fifteen painful failures of section 3.4, in its order: none of them happens here. */
final class RealFailuresTest extends RoadTest {

    private Map<String, String> lastLogin() {
        var path = authorization.http().asked("/authorize").getLast().path();
        return FakeHttp.parse(path.split("\\?", 2)[1]);
    }

    private Map<String, String> lastTokenRequest() {
        return authorization.http().asked("/token").getLast().form();
    }

    /** 3.4 no. 1. */
    @Test
    void aServerThatRegistersNobodyIsReachedWithTheOperatorsClient() throws Exception {
        authorization.switches.offersRegistration = false;
        try (var sidekey = start()) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "upstreams.NAME.client.id");
        }
        var config = config();
        config.clientId = "static";
        config.clientIssuer = authorization.issuer();
        try (var sidekey = start(config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
    }

    /** 3.4 no. 2. */
    @Test
    void aRegistrationBehindATokenAndAKnownNameGetsBoth() throws Exception {
        var config = config();
        config.clientName = "Known";
        config.initialAccessToken = Secret.of("initial");
        config.registrationExtra = Map.of("software_id", "example");
        try (var sidekey = start(config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            var asked = authorization.http().asked("/register").getFirst();
            assertThat(asked.header("authorization")).isEqualTo("Bearer initial");
            assertThat(asked.body())
                    .contains("\"client_name\":\"Known\"")
                    .contains("\"software_id\":\"example\"");
        }
    }

    /** 3.4 no. 3. */
    @Test
    void theChallengesScopesAreRegisteredAndTheOperatorCanForbidIt() throws Exception {
        mcp.switches.needed = Scopes.of("notes.read", "notes.write");
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(authorization.http().asked("/register").getFirst().body())
                    .contains("\"scope\":\"notes.read notes.write\"");
            assertThat(lastLogin()).containsEntry("scope", "notes.read notes.write");
        }
        var config = config();
        config.scopeRule = RegistrationConfig.ScopeRule.NEVER;
        config.storeType = "memory";
        authorization.switches.refusesScopeAtRegistration = true;
        try (var sidekey = start(config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(authorization.http().asked("/register").getLast().body())
                    .doesNotContain("scope");
        }
    }

    /** 3.4 no. 4. */
    @Test
    void whatTheAuthorizationServerAdvertisesIsNeverAskedFor() throws Exception {
        authorization.switches.scopesSupported = Scopes.of("openid", "email", "admin");
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(lastLogin()).doesNotContainKey("scope");
        }
    }

    /** 3.4 no. 5. */
    @Test
    void aMissingScopeIsAskedOfThePersonAndNeverOfARefresh() throws Exception {
        mcp.switches.needed = Scopes.of("read");
        mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(callAndLogIn(sidekey, "write").body()).contains("\"result\":{\"echo\"");
            assertThat(authorization.http().asked("/token"))
                    .allMatch(asked -> asked.form().get("grant_type").equals("authorization_code"));
        }
    }

    /** 3.4 no. 6. */
    @Test
    void aServerThatWantsScopesInPlaceOfAResourceGetsThemInTheRefreshToo() throws Exception {
        mcp.switches.needed = Scopes.of("api/.default");
        var config = config();
        config.resource = "none";
        try (var sidekey = start(config)) {
            callAndLogIn(sidekey);
            assertThat(lastLogin()).doesNotContainKey("resource");
            authorization.expireAccessTokens();
            var refusals = new AtomicInteger(1);
            authorization.switches.tokenRule =
                    form ->
                            form.containsKey("scope") || refusals.getAndDecrement() <= 0
                                    ? null
                                    : Answer.json(
                                            400,
                                            Map.of(
                                                    "error", "invalid_request",
                                                    "error_description", "AADSTS650053: no"));
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(lastTokenRequest())
                    .containsEntry("scope", "api/.default")
                    .doesNotContainKey("resource");
        }
    }

    /** 3.4 no. 7. */
    @Test
    void issuersThatDoNotMatchAreRefusedUntilTheOperatorCallsThemOne() throws Exception {
        authorization.switches.issuerInMetadata = "https://login.example.com";
        authorization.switches.iss = "https://login.example.com";
        try (var sidekey = start()) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "accept-issuers");
            assertThat(count("/register")).isZero();
        }
        var config = config();
        config.acceptIssuers = List.of("https://login.example.com");
        try (var sidekey = start(config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
    }

    /** 3.4 no. 8. */
    @Test
    void pkceThatIsNotAdvertisedNeedsTheOperatorsWordAndIsThenUsed() throws Exception {
        authorization.switches.listsPkce = false;
        try (var sidekey = start()) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "assume-pkce");
        }
        var config = config();
        config.assumePkce = true;
        try (var sidekey = start(config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(lastLogin()).containsEntry("code_challenge_method", "S256");
        }
    }

    /** 3.4 no. 9. */
    @Test
    void aStoredRefreshTokenIsUsedAfterARestartWithoutAnyDiscovery() throws Exception {
        authorization.switches.expiresIn = 1;
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
        }
        var asked = authorization.http().asked().size();
        LockSupport.parkNanos(1_100_000_000L);
        try (var sidekey = start()) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            var since =
                    authorization
                            .http()
                            .asked()
                            .subList(asked, authorization.http().asked().size());
            assertThat(since).allMatch(one -> one.path().equals("/token"));
        }
    }

    /** 3.4 no. 10. */
    @Test
    void severalSidekeysOnOneStoreShowNoRefreshTokenTwice() throws Exception {
        authorization.switches.expiresIn = 2;
        try (var one = start();
                var other = start()) {
            callAndLogIn(one);
            var failed = new AtomicInteger();
            var ends = System.nanoTime() + 5_000_000_000L;
            while (System.nanoTime() < ends) {
                for (var call : List.of(one.call("/mcp", "echo"), other.call("/mcp", "echo"))) {
                    failed.addAndGet(call.get().body().contains("\"result\":{\"echo\"") ? 0 : 1);
                }
                RunningSidekey.pause();
            }
            assertThat(failed).hasValue(0);
            assertThat(authorization.sawReuse()).isFalse();
            assertThat(count("/authorize")).isEqualTo(1);
        }
    }

    /** 3.4 no. 11. */
    @Test
    void severalSidekeysThatAreCalledAtOnceAskForOneLogin() throws Exception {
        try (var one = start();
                var other = start()) {
            var first = one.call("/mcp", "echo");
            var second = other.call("/mcp", "echo");
            one.logIn();
            assertThat(first.get().body()).contains("\"result\":{\"echo\"");
            assertThat(second.get().body()).contains("\"result\":{\"echo\"");
            assertThat(count("/register")).isEqualTo(1);
            assertThat(count("/authorize")).isEqualTo(1);
        }
    }

    /** 3.4 no. 12: another port, and so another redirect URI. */
    @Test
    void aChangedRedirectUriKeepsTheRefreshTokenAndItsClient() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
        }
        authorization.expireAccessTokens();
        try (var sidekey = start()) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(count("/register")).isEqualTo(1);
            sidekey.admin("/api/v1/upstreams/default/logout");
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(count("/register")).isEqualTo(2);
        }
    }

    /** 3.4 no. 13: the login page shows an error of its own and never calls back. */
    @Test
    void aClientThatTheServerForgotIsRegisteredAnewByTheCallAfterTheLoginThatNeverCame()
            throws Exception {
        var config = config();
        config.loginTtl = Duration.ofSeconds(1);
        try (var sidekey = start(config)) {
            var call = sidekey.call("/mcp", "echo");
            var link = sidekey.awaitLink();
            authorization.forgetClients();
            assertThat(sidekey.follow(link).getLast().statusCode()).isEqualTo(400);
            assertDenied(call.get(), "in time");
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(count("/register")).isEqualTo(2);
        }
    }

    /** 3.4 no. 14: an HTML page at the place that the challenge names, and a repeated parameter. */
    @Test
    void documentsThatAreWrongBehindAProxyArePassedOver() throws Exception {
        mcp.switches.challenge =
                "Bearer resource_metadata=\""
                        + mcp.http().url()
                        + "/broken\", scope=\"first\", scope=\"second\"";
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(mcp.http().asked("/broken")).isNotEmpty();
            assertThat(lastLogin()).containsEntry("scope", "first");
        }
    }

    /** 3.4 no. 15. */
    @Test
    void theTokenEndpointSeesOneMethodAndTheLoginTheOperatorsParameters() throws Exception {
        authorization.switches.authMethod = "client_secret_basic";
        authorization.switches.scopesSupported = Scopes.of("read", "offline_access");
        mcp.switches.needed = Scopes.of("read");
        var config = config();
        config.authorizeParams = Map.of("access_type", "offline");
        config.prompt = UpstreamConfig.Prompt.NEVER;
        try (var sidekey = start(config)) {
            callAndLogIn(sidekey);
            assertThat(lastLogin())
                    .containsEntry("access_type", "offline")
                    .containsEntry("scope", "read offline_access")
                    .doesNotContainKey("prompt");
            var asked = authorization.http().asked("/token").getFirst();
            assertThat(asked.header("authorization")).startsWith("Basic ");
            assertThat(asked.form()).doesNotContainKeys("client_id", "client_secret");
        }
    }
}
