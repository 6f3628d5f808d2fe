package dev.sidekey.fakes;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A loopback HTTP server that remembers what it was asked. */
public final class FakeHttp implements AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** One request: what tests look at. */
    public record Asked(
            String method, String path, Map<String, List<String>> headers, String body) {
        /** The body read as a form. */
        public Map<String, String> form() {
            return parse(body);
        }

        /** The first value of a header, or the empty string. */
        public String header(String name) {
            return headers.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .map(entry -> entry.getValue().getFirst())
                    .findFirst()
                    .orElse("");
        }
    }

    /** An answer. */
    public record Answer(int status, String contentType, String body, Map<String, String> headers) {
        /** A JSON answer. */
        public static Answer json(int status, Map<String, ?> body) {
            try {
                return new Answer(
                        status, "application/json", JSON.writeValueAsString(body), Map.of());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** An answer without much to say. */
        public static Answer text(int status, String body) {
            return new Answer(status, "text/plain", body, Map.of());
        }

        /** The same with one header more. */
        public Answer with(String name, String value) {
            var all = new LinkedHashMap<>(headers);
            all.put(name, value);
            return new Answer(status, contentType, body, all);
        }
    }

    /** Answers requests, on a virtual thread each. */
    @FunctionalInterface
    public interface Handler {
        Answer answer(Asked asked) throws Exception;
    }

    private FakeHttp(HttpServer server) {
        this.server = server;
    }

    /** Starts a server on a free loopback port. */
    public static FakeHttp start(Handler handler) {
        try {
            var server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
            var fake = new FakeHttp(server);
            server.setExecutor(fake.threads);
            server.createContext("/", exchange -> fake.handle(exchange, handler));
            server.start();
            return fake;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code http://127.0.0.1:PORT}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** All requests so far. */
    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** All requests so far for a path, without its query. */
    public List<Asked> asked(String path) {
        return asked.stream().filter(one -> one.path().split("\\?", 2)[0].equals(path)).toList();
    }

    private void handle(HttpExchange exchange, Handler handler) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var one =
                    new Asked(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().toString(),
                            Map.copyOf(exchange.getRequestHeaders()),
                            body);
            asked.add(one);
            var answer = handler.answer(one);
            var bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            answer.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** Reads a form or a query. */
    public static Map<String, String> parse(String form) {
        var values = new LinkedHashMap<String, String>();
        for (var pair : form.split("&", -1)) {
            var parts = pair.split("=", 2);
            if (parts.length == 2) {
                values.put(
                        URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                        URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return values;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
