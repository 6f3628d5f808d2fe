package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.StepUpConfig;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.oauth.Scopes;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A 403 that names scopes, and how often it is believed (T6, U1 to U8). */
final class StepUpTest extends RoadTest {

    private void twoScopes() {
        mcp.switches.needed = Scopes.of("read");
        mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
    }

    @Test
    void aChallengeWithoutErrorButWithAMissingScopeIsAStepUp() throws Exception {
        twoScopes();
        mcp.switches.namesError = false;
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(callAndLogIn(sidekey, "write").body()).contains("\"result\":{\"echo\"");
        }
    }

    @Test
    void theStepUpAsksForWhatWasGrantedBeforeToo() throws Exception {
        twoScopes();
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            callAndLogIn(sidekey, "write");
            assertThat(authorization.http().asked("/authorize").getLast().path())
                    .contains("scope=read+write");
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
        }
    }

    @Test
    void aServerThatIsNeverContentGetsItsOwnRefusalThrough() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            mcp.switches.fixed =
                    Answer.json(403, Map.of("error", "insufficient_scope"))
                            .with(
                                    "WWW-Authenticate",
                                    "Bearer error=\"insufficient_scope\", scope=\"x\"");
            var first = sidekey.call("/mcp", "echo");
            sidekey.logIn();
            assertThat(first.get().statusCode()).isEqualTo(403);
            assertThat(first.get().headers().map()).doesNotContainKey("www-authenticate");
            assertThat(sidekey.call("/mcp", "echo").get().statusCode()).isEqualTo(403);
            assertThat(count("/authorize")).isEqualTo(2);
        }
    }

    @Test
    void aForbiddenWithoutScopesPassesUnchanged() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            mcp.switches.fixed = Answer.text(403, "plan limit");
            var answer = sidekey.call("/mcp", "echo").get();
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).isEqualTo("plan limit");
        }
    }

    @Test
    void thePolicyNeverLeavesTheRefusalAsItIs() throws Exception {
        twoScopes();
        var config = config();
        config.stepUp = new StepUpConfig(StepUpConfig.Policy.NEVER, Scopes.none(), 3);
        try (var sidekey = start(config)) {
            callAndLogIn(sidekey);
            assertThat(sidekey.call("/mcp", "write").get().statusCode()).isEqualTo(403);
            assertThat(count("/authorize")).isEqualTo(1);
        }
    }

    @Test
    void aDeniedScopeIsNeverAskedFor() throws Exception {
        twoScopes();
        var config = config();
        config.stepUp = new StepUpConfig(StepUpConfig.Policy.AUTO, Scopes.of("write"), 3);
        try (var sidekey = start(config)) {
            callAndLogIn(sidekey);
            assertThat(sidekey.call("/mcp", "write").get().statusCode()).isEqualTo(403);
        }
    }

    @Test
    void pinnedScopesAreAllThatIsEverAskedFor() throws Exception {
        twoScopes();
        var config = config();
        config.scopes = Scopes.of("read", "extra");
        try (var sidekey = start(config)) {
            callAndLogIn(sidekey);
            assertThat(authorization.http().asked("/authorize").getFirst().path())
                    .contains("scope=read+extra");
            assertThat(sidekey.call("/mcp", "write").get().statusCode()).isEqualTo(403);
        }
    }

    @Test
    void offlineAccessIsAskedForWhereTheAuthorizationServerListsIt() throws Exception {
        twoScopes();
        authorization.switches.scopesSupported = Scopes.of("read", "offline_access");
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(authorization.http().asked("/authorize").getFirst().path())
                    .contains("scope=read+offline_access")
                    .contains("prompt=consent");
        }
    }

    @Test
    void aTokenWithoutScopeInItsAnswerCountsAsWhatWasRequested() throws Exception {
        twoScopes();
        authorization.switches.omitsScopeInTokens = true;
        authorization.switches.omitsScopeInRegistration = true;
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(sidekey.get(sidekey.adminUrl("/api/v1/upstreams")).body())
                    .contains("\"granted\":\"read\"");
        }
    }
}
