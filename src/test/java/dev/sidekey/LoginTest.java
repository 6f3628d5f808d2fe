package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeHttp.Answer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A person, a browser, a callback, and all that may go wrong between them (K1 to K15). */
final class LoginTest extends RoadTest {

    @ParameterizedTest
    @CsvSource({"https://evil.example.com,true", "https://evil.example.com,false"})
    void anAnswerOfAnotherIssuerIsRefusedBeforeTheCodeIsUsed(String iss, boolean announced)
            throws Exception {
        authorization.switches.iss = iss;
        authorization.switches.announcesIss = announced;
        try (var sidekey = start()) {
            assertDenied(callAndLogIn(sidekey), "did not come from");
            assertThat(count("/token")).isZero();
        }
    }

    @Test
    void aPromisedIssuerThatIsMissingIsRefused() throws Exception {
        authorization.switches.omitsIss = true;
        try (var sidekey = start()) {
            assertDenied(callAndLogIn(sidekey), "did not come from");
            assertThat(count("/token")).isZero();
        }
    }

    @Test
    void aLoginThatThePersonDeclinesEndsTheCallWithTheReason() throws Exception {
        authorization.switches.loginError = "access_denied";
        try (var sidekey = start()) {
            var call = sidekey.call("/mcp", "echo");
            var page = sidekey.logIn().getLast();
            assertThat(page.body()).contains("access_denied").doesNotContain("<b>");
            assertDenied(call.get(), "access_denied");

            authorization.switches.loginError = null;
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
    }

    @Test
    void aCallbackThatNobodyAskedForIsRefused() throws Exception {
        try (var sidekey = start()) {
            var page = sidekey.get(sidekey.adminUrl("/oauth/callback?code=x&state=guessed"));
            assertThat(page.statusCode()).isEqualTo(410);
            assertThat(page.headers().firstValue("referrer-policy")).hasValue("no-referrer");
        }
    }

    @Test
    void anAnswerIsUsedOnce() throws Exception {
        try (var sidekey = start()) {
            var call = sidekey.call("/mcp", "echo");
            var hops = sidekey.logIn();
            assertThat(call.get().body()).contains("\"result\":{\"echo\"");
            var callback = hops.getLast().uri().toString();
            assertThat(sidekey.get(callback).statusCode()).isEqualTo(410);
            assertThat(count("/token")).isEqualTo(1);
        }
    }

    @Test
    void aCallThatWaitedLongEnoughGetsTheLinkAndTheNextOneSucceeds() throws Exception {
        var config = config();
        config.loginWait = Duration.ofMillis(300);
        try (var sidekey = start(config)) {
            var answer = sidekey.call("/mcp", "echo").get();
            assertDenied(answer, "/login/");
            sidekey.logIn();
            RunningSidekey.await(() -> count("/token") == 1, "the code is redeemed");
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(count("/authorize")).isEqualTo(1);
        }
    }

    @Test
    void aThousandFirstCallsMakeOneRegistrationOneLoginAndOneTokenRequest() throws Exception {
        try (var sidekey = start()) {
            var calls = new ArrayList<CompletableFuture<HttpResponse<String>>>();
            for (int i = 0; i < 1_000; i++) {
                calls.add(sidekey.call("/mcp", "echo"));
            }
            sidekey.logIn();
            for (var call : calls) {
                assertThat(call.get().body()).contains("\"result\":{\"echo\"");
            }
            assertThat(count("/register")).isEqualTo(1);
            assertThat(count("/authorize")).isEqualTo(1);
            assertThat(count("/token")).isEqualTo(1);
        }
    }

    @Test
    void aLoginBegunBeforeARestartCanBeFinishedAfterIt() throws Exception {
        var config = config();
        config.loginWait = Duration.ofMillis(200);
        String link;
        try (var sidekey = start(config)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "/login/");
            link = sidekey.awaitLink();
        }
        try (var sidekey = start(config)) {
            var nonce = link.substring(link.indexOf("/login/"));
            // the authorization server sends the browser to the old port: follow by hand
            var authorize = sidekey.get(sidekey.adminUrl(nonce)).headers().firstValue("location");
            var back = sidekey.get(authorize.orElseThrow()).headers().firstValue("location");
            var query = back.orElseThrow().substring(back.orElseThrow().indexOf('?'));
            var page = sidekey.get(sidekey.adminUrl("/oauth/callback" + query));
            assertThat(page.body()).contains("signed in");
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
        }
    }

    @Test
    void aTokenThatTheUpstreamRejectsAtOnceIsNoReasonForLoginAfterLogin() throws Exception {
        mcp.switches.fixed = null;
        authorization.switches.tokenAnswer =
                Answer.json(
                        200,
                        java.util.Map.of("access_token", "not-for-you", "token_type", "Bearer"));
        try (var sidekey = start()) {
            assertDenied(callAndLogIn(sidekey), "registration.scope: never");
            assertDenied(sidekey.call("/mcp", "echo").get(), "rejects the token");
            assertThat(count("/authorize")).isEqualTo(1);
        }
    }

    @Test
    void aLogoutDropsRevokesAndAsksAnew() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            var answer = sidekey.admin("/api/v1/upstreams/default/logout").body();
            assertThat(answer).contains("\"dropped\":1").contains("\"revoked\":1");
            assertThat(count("/revoke")).isEqualTo(2);
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(count("/authorize")).isEqualTo(2);
        }
    }

    @Test
    void aLoginMayComeBeforeTheFirstCall() throws Exception {
        var config = config();
        config.loginWait = Duration.ofMillis(200);
        try (var sidekey = start(config)) {
            var answer = sidekey.admin("/api/v1/upstreams/default/login").body();
            assertThat(answer).contains("login_required").contains("/login/");
            sidekey.logIn();
            RunningSidekey.await(() -> count("/token") == 1, "the code is redeemed");
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
        }
    }

    @Test
    void theStatusShowsTheFourScopeSetsAndNoSecret() throws Exception {
        mcp.switches.needed = dev.sidekey.oauth.Scopes.of("notes");
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            var status = sidekey.get(sidekey.adminUrl("/api/v1/upstreams")).body();
            assertThat(status)
                    .contains("\"challenged\":\"notes\"")
                    .contains("\"requested\":\"notes\"")
                    .contains("\"registered\":\"notes\"")
                    .contains("\"granted\":\"notes\"")
                    .doesNotContain("access-")
                    .doesNotContain("refresh-");
        }
    }
}
