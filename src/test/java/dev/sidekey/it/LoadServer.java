package dev.sidekey.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A protected MCP server for many: a POST is answered at once, a GET is a stream that stays silent
 * until {@link #tellAll}.
 */
final class LoadServer implements AutoCloseable {
    static {
        // else it closes connections that the next call is already on
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
        System.setProperty("sun.net.httpserver.idleInterval", "300");
    }

    private final HttpServer server;
    private final String issuer;
    private final Predicate<String> believes;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<OutputStream> streams = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refused = new AtomicInteger();

    /**
     * Starts one on a free loopback port.
     *
     * @param believes whether an access token is good
     */
    LoadServer(String issuer, Predicate<String> believes) throws IOException {
        this.issuer = issuer;
        this.believes = believes;
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
        server.setExecutor(threads);
        server.createContext("/mcp", this::answer);
        server.createContext("/.well-known/oauth-protected-resource/mcp", this::metadata);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/mcp";
    }

    /** How many requests came without a good token. */
    int refused() {
        return refused.get();
    }

    /** One event on every stream. */
    void tellAll() {
        for (var stream : streams) {
            try {
                stream.write("data: {}\n\n".getBytes(StandardCharsets.US_ASCII));
                stream.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void metadata(HttpExchange exchange) throws IOException {
        send(
                exchange,
                200,
                "{\"resource\":\"%s\",\"authorization_servers\":[\"%s\"]}"
                        .formatted(url(), issuer));
    }

    private void answer(HttpExchange exchange) throws IOException {
        var shown = exchange.getRequestHeaders().getFirst("Authorization");
        if (shown == null || !shown.startsWith("Bearer ") || !believes.test(shown.substring(7))) {
            refused.incrementAndGet();
            exchange.getResponseHeaders()
                    .set("WWW-Authenticate", "Bearer error=\"invalid_token\", scope=\"mcp:read\"");
            send(exchange, 401, "{}");
        } else if (exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            streams.add(exchange.getResponseBody());
        } else {
            exchange.getRequestBody().readAllBytes();
            send(exchange, 200, "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[]}}");
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
