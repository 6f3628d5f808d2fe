package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeHttp;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.oauth.Scopes;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Duties of a client that neither the official suite nor another test of ours judges. */
final class DutiesTest extends RoadTest {

    /**
     * E16: whoever gave up, a code that was sent is redeemed, stored and found by the next call.
     */
    @Test
    void anAgentThatHangsUpDuringTheTokenRequestLosesNoToken() throws Exception {
        var asked = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        authorization.switches.beforeToken =
                () -> {
                    asked.countDown();
                    await(goOn);
                };
        try (var sidekey = start()) {
            var call = sidekey.call("/mcp", "echo");
            var login = sidekey.later(sidekey::logIn);
            await(asked);
            call.cancel(true);
            goOn.countDown();
            login.get();
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(count("/token")).isEqualTo(1);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(15, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** E19: neither a code nor a client goes where a redirect points. */
    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void aTokenEndpointThatRedirectsIsNotFollowed(int status) throws Exception {
        try (var thief = FakeHttp.start(_ -> Answer.text(200, "{}"));
                var sidekey = start()) {
            authorization.switches.tokenAnswer =
                    Answer.text(status, "").with("Location", thief.url() + "/token");
            assertDenied(callAndLogIn(sidekey), "redirect");
            assertThat(thief.asked()).isEmpty();
        }
    }

    /** E19. */
    @Test
    void aRegistrationEndpointThatRedirectsIsNotFollowed() throws Exception {
        try (var thief = FakeHttp.start(_ -> Answer.text(200, "{}"));
                var sidekey = start()) {
            authorization.switches.registrationAnswer =
                    Answer.text(307, "").with("Location", thief.url() + "/register");
            assertDenied(sidekey.call("/mcp", "echo").get(), "redirect");
            assertThat(thief.asked()).isEmpty();
        }
    }

    /** A9, X3: no endpoint that a browser or a secret must not be sent to. */
    @ParameterizedTest
    @CsvSource({
        "authorization_endpoint, javascript:alert(1)",
        "authorization_endpoint, file:///etc/passwd",
        "authorization_endpoint, http://login.example.com/authorize",
        "token_endpoint, http://login.example.com/token",
        "token_endpoint, http://169.254.169.254/token",
        "registration_endpoint, http://login.example.com/register",
        "revocation_endpoint, http://[fd00::1]/revoke",
    })
    void everyEndpointIsJudgedBeforeTheFirstIsUsed(String member, String endpoint)
            throws Exception {
        authorization.switches.metadata = Map.of(member, endpoint);
        try (var sidekey = start()) {
            var answer = sidekey.call("/mcp", "echo").get();
            assertThat(answer.body()).contains("\"isError\":true");
            assertThat(sidekey.logins()).isEmpty();
            assertThat(count("/register")).isZero();
        }
    }

    /** K14. */
    @Test
    void aQueryOfTheAuthorizationEndpointIsKept() throws Exception {
        authorization.switches.metadata =
                Map.of(
                        "authorization_endpoint",
                        authorization.http().url() + "/authorize?tenant=a%20b");
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(authorization.http().asked("/authorize").getFirst().path())
                    .startsWith("/authorize?tenant=a%20b&");
        }
    }

    /** C6: a loopback callback is a native application's. */
    @Test
    void theRegistrationSaysThatItIsANativeApplicationWithBothGrants() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(authorization.http().asked("/register").getFirst().body())
                    .contains("\"application_type\":\"native\"")
                    .contains("\"grant_types\":[\"authorization_code\",\"refresh_token\"]");
        }
    }

    /** B2, B4: tokens and clients of one server are shown to no other. */
    @Test
    void afterAMoveNeitherTheOldClientNorTheOldTokensReachTheNewServer() throws Exception {
        try (var other = FakeAuthorizationServer.start();
                var sidekey = start()) {
            other.switches.prefix = "other-";
            callAndLogIn(sidekey);
            authorization.expireAccessTokens();
            authorization.switches.tokenAnswer = Answer.json(400, Map.of("error", "invalid_grant"));
            mcp.switches.issuer = other.issuer();
            var call = sidekey.call("/mcp", "echo");
            sidekey.follow(sidekey.awaitLink());
            call.get();
            assertThat(other.http().asked("/register")).hasSize(1);
            assertThat(other.http().asked())
                    .noneMatch(asked -> asked.path().contains("=client-"))
                    .noneMatch(asked -> asked.body().matches(".*=(client|access|refresh)-.*"));
        }
    }

    /** E12: a client that the server no longer knows costs a registration, and no more. */
    @Test
    void aClientThatTheTokenEndpointNoLongerKnowsIsRegisteredAnew() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            authorization.expireAccessTokens();
            authorization.switches.tokenAnswer =
                    Answer.json(401, Map.of("error", "invalid_client"));
            var call = sidekey.call("/mcp", "echo");
            var link = sidekey.awaitLink();
            authorization.switches.tokenAnswer = null;
            sidekey.follow(link);
            assertThat(call.get().body()).contains("\"result\":{\"echo\"");
            assertThat(count("/register")).isEqualTo(2);
        }
    }

    /** T7: a 400 is the agent's own mistake, whatever the upstream writes beside it. */
    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405, 429, 500, 503})
    void noOtherStatusBeginsALogin(int status) throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            mcp.switches.fixed =
                    Answer.text(status, "as it is").with("WWW-Authenticate", "Bearer scope=\"x\"");
            var answer = sidekey.call("/mcp", "echo").get();
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.body()).isEqualTo("as it is");
            assertThat(answer.headers().map()).doesNotContainKey("www-authenticate");
            assertThat(count("/authorize")).isEqualTo(1);
        }
    }

    /** U6: whoever asks for more before the person is asked is served by the same login. */
    @Test
    void callsThatWantDifferentScopesAtOnceAreServedInTheEnd() throws Exception {
        mcp.switches.neededByTool = Map.of("a", Scopes.of("a"), "b", Scopes.of("b"));
        try (var sidekey = start()) {
            var one = sidekey.call("/mcp", "a");
            var other = sidekey.call("/mcp", "b");
            while (!one.isDone() || !other.isDone()) {
                if (!sidekey.logins().isEmpty()) {
                    sidekey.logIn();
                }
                RunningSidekey.pause();
            }
            assertThat(one.get().body()).contains("\"result\":{\"echo\"");
            assertThat(other.get().body()).contains("\"result\":{\"echo\"");
            assertThat(count("/authorize")).isLessThanOrEqualTo(2);
        }
    }
}
