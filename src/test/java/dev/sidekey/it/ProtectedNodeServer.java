package dev.sidekey.it;

import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import java.io.IOException;
import java.net.Socket;

/**
 * A real MCP server (TypeScript SDK) behind an OAuth guard whose tokens die after five requests, so
 * that they are renewed in the middle of a session.
 */
final class ProtectedNodeServer implements AutoCloseable {
    private final Process server;
    private final Process guard;
    private final String url;

    ProtectedNodeServer(NodeTools tools) throws IOException {
        server = tools.serve("mcp-server.mjs");
        var target = "http://127.0.0.1:" + NodeTools.firstLine(server) + "/mcp";
        var port = TestConfig.freePort();
        guard =
                tools.serve(
                        "oauth-guard.mjs",
                        "--port",
                        Integer.toString(port),
                        "--target",
                        target,
                        "--token-uses",
                        "5");
        url = "http://localhost:" + port + "/mcp";
        RunningSidekey.await(() -> accepts(port), "the guard listens");
    }

    private static boolean accepts(int port) {
        try (var _ = new Socket("localhost", port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    String url() {
        return url;
    }

    @Override
    public void close() {
        guard.destroy();
        server.destroy();
    }
}
