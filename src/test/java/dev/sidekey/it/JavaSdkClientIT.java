package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The MCP Java SDK's client, which has no OAuth of its own, before a real protected MCP server. */
class JavaSdkClientIT {
    @TempDir Path work;

    private final List<Double> progress = new CopyOnWriteArrayList<>();

    private McpSyncClient client(SidekeyProcess sidekey, Duration limit) {
        var transport =
                HttpClientStreamableHttpTransport.builder(sidekey.url("")).endpoint("/mcp").build();
        return McpClient.sync(transport)
                .requestTimeout(limit)
                .initializationTimeout(limit)
                .capabilities(ClientCapabilities.builder().elicitation().build())
                .elicitation(
                        _ -> new ElicitResult(ElicitResult.Action.ACCEPT, Map.of("name", "Ada")))
                .progressConsumer(told -> progress.add(told.progress()))
                .build();
    }

    private static String text(McpSyncClient client, CallToolRequest request) {
        return ((TextContent) client.callTool(request).content().getFirst()).text();
    }

    @Test
    void aSessionWithProgressAndAQuestionToTheClientNeedsOneLogin() throws Exception {
        try (var server = new ProtectedNodeServer(NodeTools.install());
                var sidekey = new SidekeyProcess(work, server.url());
                var client = client(sidekey, Duration.ofSeconds(40))) {
            var connected = new FutureTask<>(client::initialize);
            Thread.ofVirtual().start(connected);
            new ScriptedBrowser().logIn(sidekey.awaitLink(), "", "");
            connected.get();
            assertThat(text(client, CallToolRequest.builder("echo").arguments(Map.of()).build()))
                    .isEqualTo("echoed");
            var slow =
                    CallToolRequest.builder("slow").arguments(Map.of()).progressToken("p").build();
            assertThat(text(client, slow)).isEqualTo("slowly done");
            assertThat(progress).containsExactly(1.0, 2.0, 3.0);
            assertThat(text(client, CallToolRequest.builder("ask").arguments(Map.of()).build()))
                    .isEqualTo("hello Ada");
            assertThat(sidekey.logins()).isEmpty();
        }
    }

    @Test
    void aLoginSlowerThanTheClientsOwnLimitServesItsNextConnect() throws Exception {
        try (var server = new ProtectedNodeServer(NodeTools.install());
                var sidekey = new SidekeyProcess(work, server.url())) {
            try (var impatient = client(sidekey, Duration.ofSeconds(1))) {
                assertThatThrownBy(impatient::initialize).isNotNull();
            }
            new ScriptedBrowser().logIn(sidekey.awaitLink(), "", "");
            try (var client = client(sidekey, Duration.ofSeconds(20))) {
                client.initialize();
                assertThat(
                                text(
                                        client,
                                        CallToolRequest.builder("echo")
                                                .arguments(Map.of())
                                                .build()))
                        .isEqualTo("echoed");
            }
        }
    }
}
