package dev.sidekey.it;

import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A real MCP server (TypeScript SDK) behind OAuth and TLS, with HTTP/2 and HTTP/1.1, under a host
 * name of its own that no DNS knows: Go and Java send nothing for loopback to a proxy. Every token
 * and code it gives out holds {@link #CANARY}.
 */
final class ProtectedHttpsServer implements AutoCloseable {
    static final String CANARY = "CANARY";
    private static final String HOST = "mcp.example.test";

    private final int port = TestConfig.freePort();
    private final Path config;
    private final Path roots;
    private final Process server;
    private final Process front;

    ProtectedHttpsServer(Path work, NodeTools tools) throws Exception {
        var files = ServerFiles.make(work, HOST);
        roots = files.roots();
        config = Files.writeString(work.resolve("sidekey.yaml"), configuration());
        server = tools.serve("mcp-server.mjs");
        var target = "http://127.0.0.1:" + NodeTools.firstLine(server) + "/mcp";
        front =
                tools.serve(
                        "oauth-front.mjs",
                        "--port",
                        Integer.toString(port),
                        "--host",
                        HOST,
                        "--cert",
                        files.certificate().toString(),
                        "--key",
                        files.key().toString(),
                        "--target",
                        target);
        RunningSidekey.await(this::accepts, "the server listens");
    }

    private boolean accepts() {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String configuration() {
        return """
        ca-file: %s
        resolve: { %s: 127.0.0.1 }
        egress: { allow: [%s, 127.0.0.1] }
        """
                .formatted(roots, HOST, HOST);
    }

    /** What Sidekey has to be told, if it knows the server's URL. */
    List<String> options() {
        return with("--upstream", "real=" + url());
    }

    /** The same, if it knows no URL. */
    List<String> patternOptions() {
        return with("--intercept", "*.example.test");
    }

    private List<String> with(String option, String value) {
        return List.of(
                option,
                value,
                "--config",
                config.toString(),
                "--public-url",
                "http://127.0.0.1:" + TestConfig.freePort());
    }

    String url() {
        return "https://" + HOST + ":" + port + "/mcp";
    }

    /** A person with a browser that finds the server; curl, since the JDK knows no such host. */
    String logIn(String link) throws IOException, InterruptedException {
        return NodeTools.run(
                List.of(
                        "curl",
                        "--silent",
                        "--show-error",
                        "--location",
                        "--noproxy",
                        "*",
                        "--cookie",
                        "",
                        "--resolve",
                        HOST + ":" + port + ":127.0.0.1",
                        "--cacert",
                        roots.toString(),
                        link),
                Map.of());
    }

    /** What the server was asked with a token: versions of HTTP, user agents, logins. */
    String seen() throws IOException, InterruptedException {
        return logIn("https://" + HOST + ":" + port + "/seen");
    }

    @Override
    public void close() {
        front.destroy();
        server.destroy();
    }
}
