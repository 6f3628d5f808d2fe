package dev.sidekey.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidekey.RunningSidekey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Predicate;

/** Who looks at the admin listener of a Sidekey on this machine, and logs in when asked to. */
final class AdminPerson {
    private static final JsonMapper JSON = new JsonMapper();

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final int port;

    AdminPerson(int port) {
        this.port = port;
    }

    void awaitReady() {
        await("/readyz", answer -> answer.statusCode() == 200);
    }

    /** Waits for a login, and follows its link to the end of a server that asks nobody. */
    HttpResponse<String> logIn() throws IOException, InterruptedException {
        return new ScriptedBrowser().logIn(awaitLink(), "alice", "alice");
    }

    String awaitLink() throws IOException {
        return logins(await("/api/v1/logins", answer -> logins(answer).size() > 0))
                .get(0)
                .get("url")
                .asText();
    }

    private static JsonNode logins(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> await(String path, Predicate<HttpResponse<String>> condition) {
        return await(uri(path), condition, Duration.ofMinutes(1));
    }

    /** Asks again and again until the answer is the one that is waited for. */
    static HttpResponse<String> await(
            URI uri, Predicate<HttpResponse<String>> condition, Duration patience) {
        var deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                var answer = get(uri);
                if (condition.test(answer)) {
                    return answer;
                }
            } catch (IOException e) {
                // not listening yet
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            RunningSidekey.pause();
        }
        throw new AssertionError("not in time: " + uri);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(uri(path));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
}
