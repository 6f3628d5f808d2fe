package dev.sidekey.it;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** A session of the MCP Java SDK with the URL given. Prints all that it received. */
final class JavaSdkProgram {
    private JavaSdkProgram() {}

    public static void main(String[] arguments) {
        var url = URI.create(arguments[0]);
        var transport =
                HttpClientStreamableHttpTransport.builder("https://" + url.getRawAuthority())
                        .endpoint(url.getPath())
                        .build();
        try (var client =
                McpClient.sync(transport)
                        .requestTimeout(Duration.ofSeconds(60))
                        .initializationTimeout(Duration.ofSeconds(60))
                        .build()) {
            System.out.println(client.initialize());
            System.out.println(client.listTools());
            System.out.println(
                    client.callTool(CallToolRequest.builder("echo").arguments(Map.of()).build()));
        }
        System.exit(0);
    }
}
