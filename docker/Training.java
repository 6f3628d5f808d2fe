import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Walks the real road once, so that the ahead-of-time cache knows it: a configuration, a 401, a
 * login, the replay, calls with a token, a step-up, an event stream, health, and an orderly end.
 * Run by the build of the image as {@code java Training.java SIDEKEY-COMMAND...}; fails when any of
 * it fails. What is called is the server of a demo in a process of its own: each start loads all
 * that the cache holds.
 */
void main(String[] command) throws Exception {
    var untrained = Stream.of(command).filter(word -> !word.startsWith("-XX:AOTCacheOutput"));
    var demo = start(untrained.toList(), "demo", 7072);
    try (var http = HttpClient.newHttpClient()) {
        var upstreams = await(http, 7073, "/api/v1/upstreams", answer -> answer.statusCode() == 200);
        walk(http, command, first("\"url\"\\s*:\\s*\"([^\"]+)\"", upstreams.body()));
    } finally {
        demo.destroy();
    }
}

static Process start(List<String> command, String verb, int port, String... more)
        throws IOException {
    var all = new ArrayList<>(command);
    all.addAll(List.of(verb, "--listen", "127.0.0.1:" + port));
    all.addAll(List.of("--admin-listen", "127.0.0.1:" + (port + 1), "--browser", "none"));
    all.addAll(List.of("--state-dir", "/tmp/training-" + verb));
    all.addAll(List.of(more));
    return new ProcessBuilder(all).inheritIO().start();
}

static void walk(HttpClient http, String[] command, String upstream) throws Exception {
    var configuration = Files.createTempFile("training", ".yaml");
    Files.writeString(
            configuration,
            """
            upstreams:
              default: { url: "%s" }
              secure: { url: "https://localhost:9/mcp" }
            """
                    .formatted(upstream));
    var sidekey = start(List.of(command), "serve", 7070, "--config", configuration.toString());
    try {
        await(http, 7071, "/readyz", answer -> answer.statusCode() == 200);
        for (var tool : List.of("echo", "write_note")) {
            var first = http.sendAsync(call("/mcp", tool), BodyHandlers.ofString());
            logIn(http);
            demand(first.join(), "result");
        }
        for (int again = 0; again < 50; again++) {
            demand(http.send(call("/mcp", "echo"), BodyHandlers.ofString()), "you said: hello");
        }
        for (int again = 0; again < 5; again++) {
            demand(http.send(stream(), BodyHandlers.ofString()), "notifications/message");
        }
        // nobody is there, but what TLS takes is loaded: for calls, and for OAuth requests
        http.send(call("/secure", "echo"), BodyHandlers.ofString());
        http.send(ask("/api/v1/upstreams/secure/explain"), BodyHandlers.ofString());
        for (var path : List.of("/healthz", "/readyz", "/startupz", "/metrics")) {
            http.send(admin(7071, path), BodyHandlers.ofString());
        }
    } finally {
        sidekey.destroy();
    }
    if (!sidekey.waitFor(3, TimeUnit.MINUTES) || sidekey.exitValue() != 0) {
        throw new IOException("Sidekey did not end in order");
    }
}

/** The person of the demo: opens the link, presses Allow, is sent back. */
static void logIn(HttpClient http) throws Exception {
    var logins = await(http, 7071, "/api/v1/logins", answer -> answer.body().contains("\"url\""));
    var page = follow(http, URI.create(first("\"url\"\\s*:\\s*\"([^\"]+)\"", logins.body())));
    var allow = page.uri().resolve(first("href=\"(/allow[^\"]+)\"", page.body()));
    demand(follow(http, allow), "signed in");
}

static HttpResponse<String> follow(HttpClient http, URI uri) throws Exception {
    var answer = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    return answer.statusCode() == 302
            ? follow(http, uri.resolve(answer.headers().firstValue("location").orElseThrow()))
            : answer;
}

static HttpResponse<String> await(
        HttpClient http, int port, String path, Predicate<HttpResponse<String>> condition) throws Exception {
    var deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (System.nanoTime() < deadline) {
        try {
            var answer = http.send(admin(port, path), BodyHandlers.ofString());
            if (condition.test(answer)) {
                return answer;
            }
        } catch (IOException e) {
            // not listening yet
        }
        LockSupport.parkNanos(20_000_000);
    }
    throw new IOException("not in time: " + path);
}

static HttpRequest admin(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
}

static HttpRequest ask(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:7071" + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
}

static HttpRequest call(String path, String tool) {
    var body =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                    + "{\"name\":\""
                    + tool
                    + "\",\"arguments\":{\"text\":\"hello\"}}}";
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:7070" + path))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
}

static HttpRequest stream() {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:7070/mcp"))
            .header("Accept", "text/event-stream")
            .build();
}

static String first(String pattern, String text) {
    return Pattern.compile(pattern)
            .matcher(text)
            .results()
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no " + pattern + " in: " + text))
            .group(1);
}

static void demand(HttpResponse<String> answer, String text) throws IOException {
    if (answer.statusCode() != 200 || !answer.body().contains(text)) {
        throw new IOException(answer.uri() + " answered " + answer.statusCode() + ": " + answer.body());
    }
}
