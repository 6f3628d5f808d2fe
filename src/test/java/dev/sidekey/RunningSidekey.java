package dev.sidekey;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidekey.config.HostPort;
import dev.sidekey.config.SidekeyConfig;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A Sidekey in this process, an agent without OAuth before it, and a person with a browser. */
public final class RunningSidekey implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Sidekey sidekey;
    private final SidekeyConfig config;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CompletableFuture<Void> quit = new CompletableFuture<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .executor(threads)
                    .build();

    public RunningSidekey(SidekeyConfig config) throws IOException {
        this(config, Map.of());
    }

    public RunningSidekey(SidekeyConfig config, Map<String, String> environment)
            throws IOException {
        this.config = config;
        this.sidekey = new Sidekey(config, environment, () -> quit.complete(null));
        sidekey.listen();
    }

    /** Where the agent sends its requests. */
    public String url(String path) {
        return "http://" + config.listen() + path;
    }

    /** The port that the agent's side listens on. */
    public int port() {
        return config.listen().port();
    }

    public int adminPort() {
        return config.adminListen().port();
    }

    /** Completes when the admin listener is told to stop. */
    public CompletableFuture<Void> quit() {
        return quit;
    }

    public String adminUrl(String path) {
        return "http://" + config.adminListen() + path;
    }

    /** An agent's tools/call, sent and not yet answered. */
    public CompletableFuture<HttpResponse<String>> call(String path, String tool) {
        return post(path, toolCall(tool));
    }

    public static String toolCall(String tool) {
        return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\"}}"
                .formatted(tool);
    }

    public CompletableFuture<HttpResponse<String>> post(
            String path, String body, String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create(url(path)))
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.sendAsync(request.build(), BodyHandlers.ofString());
    }

    /** Any request of an agent's, sent and not yet answered. */
    public CompletableFuture<HttpResponse<String>> send(
            String method, String path, String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create(url(path)))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .headers(headers);
        return http.sendAsync(request.build(), BodyHandlers.ofString());
    }

    /** What opens a session (MCP 2025-06-18). */
    public static String initialize() {
        return """
        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",
        "capabilities":{},"clientInfo":{"name":"agent","version":"1"}}}
        """;
    }

    public HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    public HttpResponse<String> admin(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(adminUrl(path)))
                        .header("Sidekey-Admin", "1")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    /** Sends bytes as they are, HOST replaced, and reads to the end of the connection. */
    public String raw(String request) throws IOException {
        return raw(config.listen(), request);
    }

    /** The same, to the admin listener. */
    public String rawAdmin(String request) throws IOException {
        return raw(config.adminListen(), request);
    }

    private static String raw(HostPort listener, String request) throws IOException {
        var authority = listener.toString();
        try (var socket = new Socket(listener.host(), listener.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            var bytes = request.replace("HOST", authority).getBytes(StandardCharsets.ISO_8859_1);
            socket.getOutputStream().write(bytes);
            var answer = socket.getInputStream().readAllBytes();
            return new String(answer, StandardCharsets.ISO_8859_1);
        }
    }

    public List<JsonNode> logins() throws IOException, InterruptedException {
        var list = new ArrayList<JsonNode>();
        JSON.readTree(get(adminUrl("/api/v1/logins")).body()).forEach(list::add);
        return list;
    }

    /** Waits until a login is asked for and returns its link. */
    public String awaitLink() throws IOException, InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            var logins = logins();
            if (!logins.isEmpty()) {
                return logins.getFirst().get("url").asText();
            }
            LockSupport.parkNanos(10_000_000);
        }
        throw new AssertionError("no login was asked for");
    }

    /** Opens a link as a browser does, to the end; returns every hop. */
    public List<HttpResponse<String>> follow(String link) throws IOException, InterruptedException {
        var hops = new ArrayList<HttpResponse<String>>();
        var next = link;
        while (next != null && hops.size() < 10) {
            var hop = get(next);
            hops.add(hop);
            var base = URI.create(next);
            next =
                    hop.statusCode() / 100 == 3
                            ? hop.headers()
                                    .firstValue("location")
                                    .map(location -> base.resolve(location).toString())
                                    .orElse(null)
                            : null;
        }
        return hops;
    }

    /** The person logs in once somebody asks for it. */
    public List<HttpResponse<String>> logIn() throws IOException, InterruptedException {
        return follow(awaitLink());
    }

    /** Does something beside the test. */
    public <T> Future<T> later(Callable<T> work) {
        return threads.submit(work);
    }

    /** A moment between two looks. */
    public static void pause() {
        LockSupport.parkNanos(50_000_000);
    }

    public static void await(BooleanSupplier condition, String what) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not in time: " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    Sidekey sidekey() {
        return sidekey;
    }

    /** Stops as SIGTERM does; what agents and operators see of it is up to them. */
    public void stop() {
        if (stopped.compareAndSet(false, true)) {
            sidekey.close();
        }
    }

    @Override
    public void close() {
        stop();
        http.shutdownNow();
        threads.shutdownNow();
    }
}
