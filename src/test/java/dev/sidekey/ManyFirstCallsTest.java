package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.sidekey.authorization.Authorization;
import dev.sidekey.authorization.Authorization.Granted;
import dev.sidekey.authorization.Call;
import dev.sidekey.authorization.Principal;
import dev.sidekey.authorization.Refusal;
import dev.sidekey.config.SidekeyConfig;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Many calls that are refused before anybody has logged in: one flow, which all of them join (U6).
 * Ten thousand at the seam between traffic and OAuth, where a call is a future; a few hundred
 * through real connections, of which a process may not have ten thousand.
 */
final class ManyFirstCallsTest extends RoadTest {
    private static final Duration BOUND = Duration.ofSeconds(15);

    private void assertOneFlow() {
        assertThat(count("/register")).isEqualTo(1);
        assertThat(count("/authorize")).isEqualTo(1);
        assertThat(count("/token")).isEqualTo(1);
    }

    @Test
    void tenThousandRefusedCallsWaitForOneLoginAndAllGoOn() throws Exception {
        SidekeyConfig config = config().upstream("default", mcp.url()).build();
        var refusal =
                Refusal.read(
                        401,
                        List.of(
                                "Bearer resource_metadata=\""
                                        + mcp.http().url()
                                        + "/.well-known/oauth-protected-resource/mcp\""));
        var call = new Call(config.upstreams().get("default"), Principal.LOCAL, "POST", mcp.url());
        try (var sidekey = new RunningSidekey(config)) {
            var authorizer = sidekey.sidekey().authorizer();
            assertTimeout(
                    BOUND,
                    () -> {
                        var waiting = new ArrayList<CompletableFuture<Authorization>>();
                        for (int i = 0; i < 10_000; i++) {
                            waiting.add(authorizer.authorize(call, refusal, null));
                        }
                        assertThat(waiting).noneMatch(CompletableFuture::isDone);
                        assertThat(sidekey.logins()).hasSizeLessThan(2);

                        sidekey.logIn();

                        for (var one : waiting) {
                            assertThat(one.get()).isInstanceOf(Granted.class);
                        }
                        assertThat(waiting.stream().map(CompletableFuture::join).distinct())
                                .as("the very same credential")
                                .hasSize(1);
                    });
            assertOneFlow();
            assertThat(mcp.http().asked()).as("its metadata, once").hasSize(1);
        }
    }

    @Test
    void hundredsOfCallsOnConnectionsOfTheirOwnEachGetTheirResult() throws Exception {
        int calls = 300;
        try (var sidekey = start()) {
            assertTimeout(
                    BOUND,
                    () -> {
                        var waiting = new ArrayList<CompletableFuture<HttpResponse<String>>>();
                        for (int i = 0; i < calls; i++) {
                            waiting.add(sidekey.call("/mcp", "echo-" + i));
                        }
                        RunningSidekey.await(
                                () -> mcp.http().asked("/mcp").size() == calls, "all are refused");
                        sidekey.logIn();
                        for (int i = 0; i < calls; i++) {
                            var answer = waiting.get(i).get();
                            assertThat(answer.statusCode()).isEqualTo(200);
                            assertThat(answer.body()).contains("echo-" + i + "\\\"");
                        }
                    });
            assertOneFlow();
            assertThat(mcp.http().asked("/mcp")).as("each refused once").hasSize(2 * calls);
        }
    }
}
