package dev.sidekey.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidekey.config.HostPort;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Asks a Sidekey's admin listener. Blocks. */
final class AdminClient {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
    private final String base;
    private final @Nullable Secret token;

    /**
     * @param token the admin token, where one is needed
     */
    AdminClient(HostPort admin, @Nullable Secret token) {
        var host =
                admin.host().equals("0.0.0.0") || admin.host().equals("::")
                        ? "127.0.0.1"
                        : admin.host();
        this.base = "http://" + new HostPort(host, admin.port());
        this.token = token;
    }

    boolean isHealthy() throws IOException, InterruptedException {
        return http.send(request("/healthz").GET().build(), BodyHandlers.discarding()).statusCode()
                == 200;
    }

    JsonNode upstreams() throws IOException, InterruptedException {
        return get("/api/v1/upstreams");
    }

    /**
     * Null when there is no such upstream.
     *
     * @param agent who will use the credential; null where there is only one
     */
    @Nullable JsonNode login(String upstream, @Nullable String agent)
            throws IOException, InterruptedException {
        return post("/api/v1/upstreams/" + encode(upstream) + "/login" + asked(agent), "{}");
    }

    /** Null when there is no such upstream. */
    @Nullable JsonNode logout(String upstream, @Nullable String agent)
            throws IOException, InterruptedException {
        return post("/api/v1/upstreams/" + encode(upstream) + "/logout" + asked(agent), "{}");
    }

    /** Null when there is no such upstream. */
    @Nullable JsonNode explain(String upstream, @Nullable String agent)
            throws IOException, InterruptedException {
        return post("/api/v1/upstreams/" + encode(upstream) + "/explain" + asked(agent), "{}");
    }

    private static String asked(@Nullable String agent) {
        return agent == null ? "" : "?agent=" + encode(agent);
    }

    /**
     * The end of a login.
     *
     * @param done whether the person is signed in now
     * @param text what happened and what to do
     */
    record Pasted(boolean done, String text) {}

    /** Finishes a login with the URL that a browser was sent back to. */
    Pasted paste(String url) throws IOException, InterruptedException {
        var body = JSON.createObjectNode().put("url", url).toString();
        var answer = send("/api/v1/logins/callback", body);
        var page = read(answer);
        return new Pasted(
                answer.statusCode() == 200,
                page.path("title").asText() + ". " + page.path("text").asText());
    }

    private HttpRequest.Builder request(String path) {
        var request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(Duration.ofSeconds(90))
                        .header("Sidekey-Admin", "1")
                        .header("Content-Type", "application/json");
        return token == null
                ? request
                : request.header("Authorization", "Bearer " + token.reveal());
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return read(http.send(request(path).GET().build(), BodyHandlers.ofString()));
    }

    private @Nullable JsonNode post(String path, String body)
            throws IOException, InterruptedException {
        var answer = send(path, body);
        if (answer.statusCode() == 404) {
            return null;
        }
        var json = read(answer);
        if (json.path("error").asText().equals("unknown_agent")) {
            var agents = new ArrayList<String>();
            json.path("agents").forEach(agent -> agents.add(agent.asText()));
            throw new IOException("name an agent: --agent " + String.join(" or ", agents));
        }
        return json;
    }

    private HttpResponse<String> send(String path, String body)
            throws IOException, InterruptedException {
        var request = request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build();
        return http.send(request, BodyHandlers.ofString());
    }

    private JsonNode read(HttpResponse<String> answer) throws IOException {
        var type = answer.headers().firstValue("content-type").orElse("");
        if (!type.startsWith("application/json")) {
            throw new IOException(
                    "%s answered %d: %s"
                            .formatted(base, answer.statusCode(), answer.body().strip()));
        }
        return JSON.readTree(answer.body());
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
