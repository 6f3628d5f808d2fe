package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.EgressConfig;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.fakes.FakeTlsServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hosts of {@code egress.intercept}: what speaks MCP there is authorized, all else passes. */
final class PatternModeTest extends TlsRoadTest {
    private static final String API = "api.example.test";

    private RunningSidekey start() throws IOException {
        var config = config();
        config.egress =
                new EgressConfig(
                        EgressConfig.Unmatched.TUNNEL,
                        EgressConfig.PrivateRanges.AUTO,
                        List.of(),
                        List.of(),
                        List.of("*.example.test"));
        return new RunningSidekey(config.build());
    }

    private FakeTlsServer api(FakeMcpServer mcp) throws Exception {
        var server = FakeTlsServer.start(leaf(API), "h2", forwardTo(mcp.http().url()));
        mcp.switches.namesMetadata = false;
        mcp.switches.resource = at(server, "/mcp");
        return server;
    }

    private static String at(FakeTlsServer server, String path) {
        return "https://" + API + ":" + server.port() + path;
    }

    @Test
    void whatSpeaksMcpIsAuthorizedAsAnUpstreamNamedByItsUrlAndRemembered() throws Exception {
        try (var authorization = FakeAuthorizationServer.start();
                var mcp = FakeMcpServer.start(authorization);
                var server = api(mcp);
                var sidekey = start()) {
            var agent = agent(sidekey, Version.HTTP_2);
            var url = at(server, "/mcp");
            var call =
                    agent.sendAsync(
                            post(url, RunningSidekey.toolCall("echo")).build(),
                            BodyHandlers.ofString());
            sidekey.awaitLink();
            assertThat(sidekey.logins().getFirst().get("upstream").asText()).isEqualTo(url);
            sidekey.logIn();
            assertThat(call.get().statusCode()).isEqualTo(200);
            // a request of the same session that does not show what it is
            var get = HttpRequest.newBuilder(URI.create(url)).build();
            agent.send(get, BodyHandlers.ofString());
            assertThat(mcp.http().asked("/mcp").getLast().header("authorization"))
                    .startsWith("Bearer access-");
            var status = sidekey.get(sidekey.adminUrl("/api/v1/upstreams")).body();
            assertThat(status).contains("\"name\":\"" + url + "\"", "\"state\":\"authorized\"");
            var name = URLEncoder.encode(url, StandardCharsets.UTF_8);
            var out = sidekey.admin("/api/v1/upstreams/" + name + "/logout");
            assertThat(out.body()).contains("\"dropped\":1");
            // there may be as many as there are URLs
            assertThat(sidekey.get(sidekey.adminUrl("/metrics")).body())
                    .contains("sidekey_oauth_flows_total", "upstream=\"_other\"")
                    .doesNotContain(API);
        }
    }

    @Test
    void aHeaderOfMcpIsEnoughAndTheAgentsOwnAuthorizationIsLeftAlone() throws Exception {
        try (var authorization = FakeAuthorizationServer.start();
                var mcp = FakeMcpServer.start(authorization);
                var server = api(mcp);
                var sidekey = start()) {
            var agent = agent(sidekey, Version.HTTP_2);
            var url = at(server, "/mcp");
            var own =
                    post(url, RunningSidekey.toolCall("echo"))
                            .header("Mcp-Session-Id", "s")
                            .header("Authorization", "Bearer own")
                            .build();
            var refused = agent.send(own, BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().map()).containsKey("www-authenticate");
            var shown =
                    HttpRequest.newBuilder(URI.create(url))
                            .header("MCP-Protocol-Version", "2025-11-25")
                            .build();
            var call = agent.sendAsync(shown, BodyHandlers.ofString());
            sidekey.logIn();
            assertThat(call.get().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whatSpeaksNoMcpPassesUntouched() throws Exception {
        try (var authorization = FakeAuthorizationServer.start();
                var mcp = FakeMcpServer.start(authorization);
                var server = api(mcp);
                var sidekey = start()) {
            var agent = agent(sidekey, Version.HTTP_2);
            var plain =
                    HttpRequest.newBuilder(URI.create(at(server, "/mcp")))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{}"))
                            .build();
            var answer = agent.send(plain, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().map()).containsKey("www-authenticate");
            assertThat(sidekey.logins()).isEmpty();
        }
    }
}
