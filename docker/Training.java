import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Walks the real road once, so that the ahead-of-time cache knows it: a 401, a login, the replay,
 * calls with a token, a step-up, an event stream, health, and an orderly end. Run by the build of
 * the image as {@code java Training.java SIDEKEY-COMMAND...}; fails when any of it fails.
 */
void main(String[] command) throws Exception {
    var all = new ArrayList<>(List.of(command));
    all.addAll(List.of("demo", "--listen", "127.0.0.1:7070", "--admin-listen", "127.0.0.1:7071"));
    all.addAll(List.of("--store", "file", "--state-dir", "/tmp/training", "--browser", "none"));
    var sidekey = new ProcessBuilder(all).inheritIO().start();
    try (var http = HttpClient.newHttpClient()) {
        await(http, "/readyz", answer -> answer.statusCode() == 200);
        for (var tool : List.of("echo", "write_note")) {
            var first = http.sendAsync(call(tool), BodyHandlers.ofString());
            logIn(http);
            demand(first.join(), "result");
        }
        for (int again = 0; again < 50; again++) {
            demand(http.send(call("echo"), BodyHandlers.ofString()), "you said: hello");
        }
        for (int again = 0; again < 5; again++) {
            demand(http.send(stream(), BodyHandlers.ofString()), "notifications/message");
        }
        for (var path : List.of("/healthz", "/readyz", "/startupz", "/metrics")) {
            http.send(admin(path), BodyHandlers.ofString());
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
    var logins = await(http, "/api/v1/logins", answer -> answer.body().contains("\"url\""));
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
        HttpClient http, String path, Predicate<HttpResponse<String>> condition) throws Exception {
    var deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (System.nanoTime() < deadline) {
        try {
            var answer = http.send(admin(path), BodyHandlers.ofString());
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

static HttpRequest admin(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:7071" + path)).build();
}

static HttpRequest call(String tool) {
    var body =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                    + "{\"name\":\""
                    + tool
                    + "\",\"arguments\":{\"text\":\"hello\"}}}";
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:7070/mcp"))
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
