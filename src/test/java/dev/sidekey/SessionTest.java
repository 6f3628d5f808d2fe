package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.oauth.Scopes;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What MCP sessions and their streams need: every method, resuming, and one person a session. */
final class SessionTest extends RoadTest {

    @BeforeEach
    void oneSession() {
        mcp.switches.session = "session-1";
    }

    /** T8. */
    @Test
    void aStreamThatIsRefusedIsOpenedAfterTheLoginWhereItWasLeft() throws Exception {
        mcp.switches.fixed = new Answer(200, "text/event-stream", "id: 42\ndata: {}\n\n", Map.of());
        try (var sidekey = start()) {
            var stream =
                    sidekey.send(
                            "GET",
                            "/mcp",
                            "Accept",
                            "text/event-stream",
                            "Mcp-Session-Id",
                            "session-1",
                            "Last-Event-ID",
                            "41");
            sidekey.logIn();
            assertThat(stream.get().statusCode()).isEqualTo(200);
            assertThat(stream.get().body()).isEqualTo("id: 42\ndata: {}\n\n");
            assertThat(mcp.http().asked("/mcp"))
                    .hasSize(2)
                    .allMatch(asked -> asked.method().equals("GET"))
                    .allMatch(asked -> asked.header("last-event-id").equals("41"));
        }
    }

    /** T8. */
    @Test
    void aSessionsEndThatIsRefusedIsSentAgainAfterTheLogin() throws Exception {
        try (var sidekey = start()) {
            var end = sidekey.send("DELETE", "/mcp", "Mcp-Session-Id", "session-1");
            sidekey.logIn();
            assertThat(end.get().statusCode()).isEqualTo(200);
            var last = mcp.http().asked("/mcp").getLast();
            assertThat(last.method()).isEqualTo("DELETE");
            assertThat(last.header("authorization")).startsWith("Bearer ");
        }
    }

    /** T8: the token dies while the session lives. */
    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE"})
    void aTokenThatDiesInMidSessionIsRenewedForEveryMethod(String method) throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            authorization.expireAccessTokens();
            var answer = sidekey.send(method, "/mcp", "Mcp-Session-Id", "session-1").get();
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(count("/authorize")).isEqualTo(1);
        }
    }

    /** 2.2 rule 10. */
    @Test
    void aSessionThatTheUpstreamHasLostIsToldAsItIs() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            mcp.switches.fixed = Answer.text(404, "no such session");
            assertThat(inSession(sidekey).statusCode()).isEqualTo(404);
            assertThat(count("/authorize")).isEqualTo(1);
        }
    }

    private static HttpResponse<String> inSession(RunningSidekey sidekey) throws Exception {
        var body = RunningSidekey.toolCall("echo");
        return sidekey.post("/mcp", body, "Mcp-Session-Id", "session-1").get();
    }

    private static void logInAnew(RunningSidekey sidekey) throws Exception {
        sidekey.admin("/api/v1/upstreams/default/logout");
        callAndLogIn(sidekey);
    }

    /** 2.2 rule 11. */
    @Test
    void afterALogoutASessionOfTheOldLoginIsGone() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(inSession(sidekey).statusCode()).isEqualTo(200);
            mcp.switches.session = "session-2";
            logInAnew(sidekey);
            var before = mcp.http().asked("/mcp").size();
            var answer = inSession(sidekey);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("session_of_another_account");
            assertThat(mcp.http().asked("/mcp")).hasSize(before);
        }
    }

    /** 2.2 rule 11: the token says that it is the same person. */
    @Test
    void afterALogoutTheSamePersonsSessionGoesOn() throws Exception {
        authorization.switches.subject = "ada";
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            mcp.switches.session = "session-2";
            logInAnew(sidekey);
            assertThat(inSession(sidekey).statusCode()).isEqualTo(200);
        }
    }

    /** 2.2 rule 11: without a logout, and the token says that it is another person. */
    @Test
    void aLoginAsAnotherPersonEndsTheSession() throws Exception {
        authorization.switches.subject = "ada";
        mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            authorization.switches.subject = "bob";
            mcp.switches.session = "session-2";
            callAndLogIn(sidekey, "write");
            assertThat(inSession(sidekey).statusCode()).isEqualTo(404);
        }
    }

    /** A refresh and a step-up are the same person's. */
    @Test
    void aSessionOutlivesARefreshAndAStepUp() throws Exception {
        mcp.switches.needed = Scopes.of("read");
        mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            authorization.expireAccessTokens();
            assertThat(inSession(sidekey).statusCode()).isEqualTo(200);
            callAndLogIn(sidekey, "write");
            assertThat(inSession(sidekey).statusCode()).isEqualTo(200);
        }
    }
}
