package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The TypeScript clients 1.x and 2.x, without OAuth, before a real MCP server that demands it. */
class TypeScriptClientsIT {
    @TempDir Path work;

    private NodeTools tools;
    private Process server;
    private Process guard;
    private String upstream;

    @BeforeEach
    void start() throws Exception {
        tools = NodeTools.install();
        server = tools.serve("mcp-server.mjs");
        var target = "http://localhost:" + NodeTools.firstLine(server) + "/mcp";
        int port = TestConfig.freePort();
        // a token dies after five requests: it is renewed in the middle of a session
        guard =
                tools.serve(
                        "oauth-guard.mjs",
                        "--port",
                        "" + port,
                        "--target",
                        target.replace("localhost", "127.0.0.1"),
                        "--token-uses",
                        "5");
        NodeTools.firstLine(guard);
        upstream = "http://localhost:" + port + "/mcp";
        RunningSidekey.await(() -> accepts(port), "the guard listens");
    }

    private static boolean accepts(int port) {
        try (var _ = new Socket("localhost", port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @AfterEach
    void stop() {
        guard.destroy();
        server.destroy();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void aSessionWithProgressAndAQuestionToTheClientNeedsOneLogin(String sdk) throws Exception {
        try (var sidekey = new SidekeyProcess(work.resolve(sdk), upstream)) {
            var client = tools.start("mcp-client.mjs", "--url", sidekey.url("/mcp"), "--sdk", sdk);
            new ScriptedBrowser().logIn(sidekey.awaitLink(), "", "");
            var seen = output(client);
            assertThat(seen.path("echo").asText()).isEqualTo("echoed");
            assertThat(seen.path("progress").toString()).isEqualTo("[1,2,3]");
            assertThat(seen.path("ask").asText()).isEqualTo("hello Ada");
            assertThat(seen.path("failures")).isEmpty();
            assertThat(seen.path("statuses").toString()).doesNotContain("401", "403");
            assertThat(seen.path("headers").asText())
                    .doesNotContainIgnoringCase("www-authenticate");
            assertThat(sidekey.logins()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void aLoginSlowerThanTheClientsOwnLimitServesItsNextConnect(String sdk) throws Exception {
        try (var sidekey = new SidekeyProcess(work.resolve("slow" + sdk), upstream)) {
            var client =
                    tools.start(
                            "mcp-client.mjs",
                            "--url",
                            sidekey.url("/mcp"),
                            "--sdk",
                            sdk,
                            "--timeout",
                            "1000",
                            "--pause",
                            "4000",
                            "--connects",
                            "3");
            var link = sidekey.awaitLink();
            var gaveUp = System.nanoTime() + 1_500_000_000L;
            RunningSidekey.await(() -> System.nanoTime() > gaveUp, "the client's limit is over");
            new ScriptedBrowser().logIn(link, "", "");
            var seen = output(client);
            assertThat(seen.path("failures")).hasSize(1);
            assertThat(seen.path("echo").asText()).isEqualTo("echoed");
        }
    }

    private static JsonNode output(Process client) throws Exception {
        var text =
                new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(client.waitFor()).as(text).isZero();
        return new JsonMapper().readTree(text.substring(text.lastIndexOf('\n') + 1));
    }
}
