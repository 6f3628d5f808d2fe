package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeHttp.Answer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Tokens that end, are renewed, are refused (E8 to E16). */
final class RefreshTest extends RoadTest {

    @Test
    void shortTokensUnderSteadyLoadFailNoCallAndShowNoRefreshTokenTwice() throws Exception {
        authorization.switches.expiresIn = 1;
        try (var sidekey = start()) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            var failed = new AtomicInteger();
            var ends = System.nanoTime() + 4_000_000_000L;
            while (System.nanoTime() < ends) {
                var one = sidekey.call("/mcp", "echo");
                var two = sidekey.call("/mcp", "echo");
                failed.addAndGet(one.get().body().contains("\"result\":{\"echo\"") ? 0 : 1);
                failed.addAndGet(two.get().body().contains("\"result\":{\"echo\"") ? 0 : 1);
                LockSupport.parkNanos(10_000_000);
            }
            assertThat(failed).hasValue(0);
            assertThat(authorization.sawReuse()).isFalse();
            assertThat(count("/authorize")).isEqualTo(1);
            assertThat(count("/token")).isGreaterThan(3);
        }
    }

    @Test
    void aTokenThatDiesBeforeItsTimeIsRefreshedWithoutALogin() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            authorization.expireAccessTokens();
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(count("/authorize")).isEqualTo(1);
            var refresh = authorization.http().asked("/token").getLast().form();
            assertThat(refresh)
                    .containsEntry("grant_type", "refresh_token")
                    .containsEntry("resource", mcp.url())
                    .doesNotContainKey("scope");
        }
    }

    @Test
    void aRefreshWithoutANewRefreshTokenKeepsTheOldOne() throws Exception {
        authorization.switches.rotates = false;
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            for (int i = 0; i < 3; i++) {
                authorization.expireAccessTokens();
                assertThat(sidekey.call("/mcp", "echo").get().body())
                        .contains("\"result\":{\"echo\"");
            }
            assertThat(count("/authorize")).isEqualTo(1);
        }
    }

    @Test
    void aDeadRefreshTokenLeadsToALogin() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            authorization.expireAccessTokens();
            authorization.switches.tokenAnswer = Answer.json(400, Map.of("error", "invalid_grant"));
            var call = sidekey.call("/mcp", "echo");
            var link = sidekey.awaitLink();
            authorization.switches.tokenAnswer = null;
            sidekey.follow(link);
            assertThat(call.get().body()).contains("\"result\":{\"echo\"");
            assertThat(count("/authorize")).isEqualTo(2);
        }
    }

    @Test
    void aTokenEndpointThatIsDownKeepsTheCredentialForTheNextCall() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            authorization.expireAccessTokens();
            authorization.switches.tokenAnswer = Answer.text(502, "<html>bad gateway");
            assertDenied(sidekey.call("/mcp", "echo").get(), "gave no token");
            authorization.switches.tokenAnswer = null;
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(count("/authorize")).isEqualTo(1);
        }
    }

    @Test
    void aTokenWithoutRefreshTokenThatIsRefusedLeadsToALogin() throws Exception {
        authorization.switches.issuesRefreshTokens = false;
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            authorization.expireAccessTokens();
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(count("/authorize")).isEqualTo(2);
        }
    }

    @Test
    void aTokenThatExpiredWithoutRefreshTokenIsNotShownAgain() throws Exception {
        authorization.switches.issuesRefreshTokens = false;
        authorization.switches.expiresIn = 1;
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            LockSupport.parkNanos(1_100_000_000L);
            var before = mcp.http().asked("/mcp").size();
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
            assertThat(mcp.http().asked("/mcp").get(before).header("authorization")).isEmpty();
        }
    }
}
