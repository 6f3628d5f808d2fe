package dev.sidekey.demo;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ExecutorService;

/** A protected MCP server and its authorization server, both on free loopback ports. */
public final class Demo implements AutoCloseable {
    private final DemoAuthorizationServer authorization;
    private final DemoMcpServer mcp;

    private Demo(DemoAuthorizationServer authorization, DemoMcpServer mcp) {
        this.authorization = authorization;
        this.mcp = mcp;
    }

    /**
     * Starts both.
     *
     * @param threads one thread a request; the caller owns it
     * @throws IOException when no loopback port can be had
     */
    public static Demo start(ExecutorService threads) throws IOException {
        var authorization = DemoAuthorizationServer.start(threads);
        return new Demo(authorization, DemoMcpServer.start(threads, authorization));
    }

    /** The protected MCP server's URL. */
    public URI upstream() {
        return URI.create(mcp.url());
    }

    /** Stops both. */
    @Override
    public void close() {
        mcp.stop();
        authorization.stop();
    }
}
