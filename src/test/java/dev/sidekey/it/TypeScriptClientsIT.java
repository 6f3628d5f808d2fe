package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidekey.RunningSidekey;
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
    private ProtectedNodeServer server;

    @BeforeEach
    void start() throws Exception {
        tools = NodeTools.install();
        server = new ProtectedNodeServer(tools);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void aSessionWithProgressAQuestionToTheClientAndAResumedStreamNeedsOneLogin(String sdk)
            throws Exception {
        try (var sidekey = new SidekeyProcess(work.resolve(sdk), server.url())) {
            var client = tools.start("mcp-client.mjs", "--url", sidekey.url("/mcp"), "--sdk", sdk);
            new ScriptedBrowser().logIn(sidekey.awaitLink(), "", "");
            var seen = output(client);
            assertThat(seen.path("echo").asText()).isEqualTo("echoed");
            assertThat(seen.path("progress").toString()).isEqualTo("[1,2,3]");
            assertThat(seen.path("ask").asText()).isEqualTo("hello Ada");
            assertThat(seen.path("cut").asText()).isEqualTo("resumed after an event");
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
        try (var sidekey = new SidekeyProcess(work.resolve("slow" + sdk), server.url())) {
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
