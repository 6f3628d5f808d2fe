package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.oauth.Scopes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Keycloak with registration policies, rotation and five-second tokens, and an MCP server
 * that checks each token's signature, issuer, audience, expiry and scope.
 */
@Timeout(600)
class KeycloakIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path work;

    @Test
    void aPersonLogsInOnceAndEverythingElseIsSidekeys() throws Exception {
        int port = TestConfig.freePort();
        var audience = "http://127.0.0.1:" + port + "/mcp";
        try (var keycloak = new KeycloakServer(work, audience)) {
            var checker = new TokenChecker(keycloak.issuer(), audience);
            try (var mcp = FakeMcpServer.start(port, keycloak.issuer(), checker::scopesOf)) {
                mcp.switches.needed = Scopes.of("mcp:read");
                mcp.switches.neededByTool = Map.of("write_note", Scopes.of("mcp:write"));
                try (var sidekey = new SidekeyProcess(work, mcp.url())) {
                    theSameCallReturnsAfterTheLogin(sidekey);
                    aStepUpAsksForTheSecondScope(sidekey);
                    noCallFailsWhileTokensEndEveryFiveSeconds(sidekey);
                    sidekey.killAndRestart();
                    assertThat(sidekey.call("echo").get().body()).contains("result");
                    assertThat(sidekey.logins()).isEmpty();
                    noSecretIsInTheLog(sidekey, mcp);
                }
            }
        }
    }

    private static void theSameCallReturnsAfterTheLogin(SidekeyProcess sidekey) throws Exception {
        var call = sidekey.call("echo");
        var page = new ScriptedBrowser().logIn(sidekey.awaitLink(), "alice", "alice");
        assertThat(page.body()).contains("signed in");
        assertThat(call.get().body()).contains("result");
        var credential = sidekey.status().get(0).get("credential");
        assertThat(credential.get("registered").asText()).contains("mcp:read");
        assertThat(credential.get("granted").asText()).contains("mcp:read");
    }

    private static void aStepUpAsksForTheSecondScope(SidekeyProcess sidekey) throws Exception {
        var call = sidekey.call("write_note");
        var page = new ScriptedBrowser().logIn(sidekey.awaitLink(), "alice", "alice");
        assertThat(page.body()).contains("signed in");
        assertThat(call.get().body()).contains("result");
        var credential = sidekey.status().get(0).get("credential");
        assertThat(credential.get("registered").asText())
                .contains("mcp:read")
                .contains("mcp:write");
    }

    private static void noCallFailsWhileTokensEndEveryFiveSeconds(SidekeyProcess sidekey)
            throws Exception {
        var failed = new AtomicInteger();
        int calls = 0;
        var ends = System.nanoTime() + 20_000_000_000L;
        while (System.nanoTime() < ends) {
            var one = sidekey.call("echo");
            var two = sidekey.call("write_note");
            for (var call : java.util.List.of(one, two)) {
                calls++;
                failed.addAndGet(call.get().body().contains("\"result\":{\"echo\"") ? 0 : 1);
            }
            RunningSidekey.pause();
        }
        assertThat(failed).as("of %d calls", calls).hasValue(0);
        assertThat(sidekey.logins()).isEmpty();
    }

    private static void noSecretIsInTheLog(SidekeyProcess sidekey, FakeMcpServer mcp)
            throws Exception {
        var log = Files.readString(sidekey.log());
        for (var asked : mcp.http().asked("/mcp")) {
            var token = asked.header("authorization").replace("Bearer ", "");
            assertThat(token.isEmpty() || !log.contains(token)).isTrue();
        }
    }
}
