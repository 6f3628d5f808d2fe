package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.AgentConfig;
import dev.sidekey.config.AgentsConfig;
import dev.sidekey.oauth.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use a Sidekey, and that nobody uses another's credentials (X8). */
final class AgentsTest extends RoadTest {
    private static final String A = "token-of-team-a";
    private static final String B = "token-of-team-b";

    private RunningSidekey startWithTwoAgents() throws Exception {
        var config = config();
        config.agents = twoAgents();
        return start(config);
    }

    private static AgentsConfig twoAgents() {
        var agents = new LinkedHashMap<String, AgentConfig>();
        agents.put("team-a", new AgentConfig("team-a", Secret.of(A)));
        agents.put("team-b", new AgentConfig("team-b", Secret.of(B)));
        return new AgentsConfig.Named(agents);
    }

    private static String basic(String userAndPassword) {
        var bytes = userAndPassword.getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(bytes);
    }

    /** An agent's call in absolute form, as one that obeys HTTP_PROXY sends it. */
    private String forward(RunningSidekey sidekey, String headers) throws Exception {
        var body = RunningSidekey.toolCall("echo");
        return sidekey.raw(
                "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n%s"
                        .formatted(mcp.url(), headers, body.length(), body));
    }

    private static void logIn(RunningSidekey sidekey, String token) throws Exception {
        var call = sidekey.post("/mcp", RunningSidekey.toolCall("echo"), "Sidekey-Token", token);
        sidekey.logIn();
        assertThat(call.get().body()).contains("\"result\"");
    }

    @Test
    void eachAgentHasCredentialsOfItsOwn() throws Exception {
        try (var sidekey = startWithTwoAgents()) {
            logIn(sidekey, A);
            var first = mcp.http().asked("/mcp").getLast().header("authorization");

            var call = sidekey.post("/mcp", RunningSidekey.toolCall("echo"), "Sidekey-Token", B);
            RunningSidekey.await(() -> openLoginsOf(sidekey, "team-b") == 1, "b's own login");
            sidekey.logIn();
            assertThat(call.get().body()).contains("\"result\"");
            var second = mcp.http().asked("/mcp").getLast().header("authorization");
            assertThat(first).startsWith("Bearer access-").isNotEqualTo(second);

            sidekey.post("/mcp", RunningSidekey.toolCall("echo"), "Sidekey-Token", A).get();
            assertThat(mcp.http().asked("/mcp").getLast().header("authorization")).isEqualTo(first);
        }
    }

    private static long openLoginsOf(RunningSidekey sidekey, String agent) {
        try {
            return sidekey.logins().stream()
                    .filter(login -> login.get("agent").asText().equals(agent))
                    .count();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "token-of-team-", "token-of-team-ab", "team-a", "TOKEN-OF-TEAM-A"})
    void whoShowsNoTokenOfAnAgentIsRefusedAndGetsNoChallenge(String token) throws Exception {
        try (var sidekey = startWithTwoAgents()) {
            logIn(sidekey, A);
            var before = mcp.http().asked().size();
            var shown = token.isEmpty() ? "" : "Sidekey-Token: " + token + "\r\n";
            var answer =
                    sidekey.raw(
                            "POST /mcp HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n"
                                    + shown
                                    + "Content-Length: 2\r\n\r\n{}");
            assertThat(answer)
                    .startsWith("HTTP/1.1 403")
                    .contains("unknown_agent", "Sidekey-Token");
            assertThat(answer.toLowerCase(java.util.Locale.ROOT)).doesNotContain("authenticate");
            assertThat(mcp.http().asked()).hasSize(before);
        }
    }

    @Test
    void aForwardClientShowsItsTokenInProxyAuthorization() throws Exception {
        try (var sidekey = startWithTwoAgents()) {
            logIn(sidekey, A);
            var asBasic = "Proxy-Authorization: " + basic("team-a:" + A) + "\r\n";
            var asBearer = "Proxy-Authorization: Bearer " + A + "\r\n";
            assertThat(forward(sidekey, asBasic)).startsWith("HTTP/1.1 200").contains("\"result\"");
            assertThat(forward(sidekey, asBearer)).startsWith("HTTP/1.1 200");
            for (var asked : mcp.http().asked()) {
                assertThat(asked.headers().toString()).doesNotContain(A).doesNotContain("roxy-");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "team-a:wrong", "team-b:" + A, A, ":" + A})
    void aForwardClientWithoutATokenIsAskedForOne(String shown) throws Exception {
        try (var sidekey = startWithTwoAgents()) {
            var header = shown.isEmpty() ? "" : "Proxy-Authorization: " + basic(shown) + "\r\n";
            assertThat(forward(sidekey, header))
                    .startsWith("HTTP/1.1 407")
                    .containsIgnoringCase("proxy-authenticate: Basic realm=");
            assertThat(
                            sidekey.raw(
                                    "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n"
                                            + "Connection: close\r\n"
                                            + header
                                            + "\r\n"))
                    .startsWith("HTTP/1.1 407");
            assertThat(mcp.http().asked()).isEmpty();
        }
    }

    @Test
    void proxyAuthIsAskedOfForwardClientsAndOfNobodyElse() throws Exception {
        var config = config();
        config.proxyAuth = Secret.of("alice:w:onder");
        try (var sidekey = start(config)) {
            callAndLogIn(sidekey);
            assertThat(forward(sidekey, "")).startsWith("HTTP/1.1 407");
            assertThat(forward(sidekey, "Proxy-Authorization: " + basic("alice:w") + "\r\n"))
                    .startsWith("HTTP/1.1 407");
            assertThat(forward(sidekey, "Proxy-Authorization: Basic ???\r\n"))
                    .startsWith("HTTP/1.1 407");
            assertThat(forward(sidekey, "Proxy-Authorization: " + basic("alice:w:onder") + "\r\n"))
                    .startsWith("HTTP/1.1 200");
            assertThat(mcp.http().asked("/mcp").getLast().header("proxy-authorization")).isEmpty();
        }
    }

    @Test
    void proxyAuthAloneMakesNobodyAnAgent() throws Exception {
        var config = config();
        config.agents = twoAgents();
        config.proxyAuth = Secret.of("alice:wonder");
        try (var sidekey = start(config)) {
            var proxy = "Proxy-Authorization: " + basic("alice:wonder") + "\r\n";
            assertThat(forward(sidekey, proxy))
                    .startsWith("HTTP/1.1 403")
                    .contains("unknown_agent");
            assertThat(forward(sidekey, "Sidekey-Token: " + A + "\r\n")).startsWith("HTTP/1.1 407");

            logIn(sidekey, A);
            assertThat(forward(sidekey, proxy + "Sidekey-Token: " + A + "\r\n"))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void operatorsNameTheAgentTheyLogInAndOut() throws Exception {
        try (var sidekey = startWithTwoAgents()) {
            var unnamed = sidekey.admin("/api/v1/upstreams/default/login");
            assertThat(unnamed.statusCode()).isEqualTo(400);
            assertThat(unnamed.body()).contains("unknown_agent", "team-a", "team-b");

            var login =
                    sidekey.later(
                            () -> sidekey.admin("/api/v1/upstreams/default/login?agent=team-b"));
            sidekey.logIn();
            assertThat(login.get().body()).contains("authorized");
            assertThat(sidekey.get(sidekey.adminUrl("/api/v1/upstreams")).body())
                    .containsPattern("\"agent\":\"team-a\",\"state\":\"anonymous\"")
                    .containsPattern("\"agent\":\"team-b\",\"state\":\"authorized\"");

            assertThat(sidekey.admin("/api/v1/upstreams/default/logout?agent=team-a").body())
                    .contains("\"dropped\":0");
            assertThat(sidekey.admin("/api/v1/upstreams/default/logout?agent=team-b").body())
                    .contains("\"dropped\":1");
        }
    }
}
