package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sidekey as a user starts it, and an agent's plain requests to it. */
final class SidekeyProcess implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path stateDir;
    private final String upstream;
    private final List<String> options;
    private final int port = TestConfig.freePort();
    private final int adminPort = TestConfig.freePort();
    private Process process;

    SidekeyProcess(Path stateDir, String upstream, String... options) throws IOException {
        this.stateDir = stateDir;
        this.upstream = upstream;
        this.options = List.of(options);
        this.process = start();
    }

    private Process start() throws IOException {
        Files.createDirectories(stateDir);
        // what starts these tests may ignore signals, and a process inherits that
        var command = new ArrayList<>(List.of("env", "--default-signal=INT,QUIT,HUP"));
        command.add(System.getProperty("sidekey.launcher", "./sidekey"));
        command.addAll(List.of("serve", upstream, "--browser", "none"));
        command.addAll(List.of("--listen", "127.0.0.1:" + port));
        command.addAll(List.of("--admin-listen", "127.0.0.1:" + adminPort));
        command.addAll(List.of("--state-dir", stateDir.resolve("state").toString()));
        command.addAll(options);
        var started =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                        .start();
        RunningSidekey.await(this::isReady, "Sidekey is ready: " + log());
        return started;
    }

    Path log() {
        return stateDir.resolve("sidekey.log");
    }

    private boolean isReady() {
        try {
            return get("http://127.0.0.1:" + adminPort + "/readyz").statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends it at once, as a crash does, and starts it anew on the same state. */
    void killAndRestart() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        process = start();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    CompletableFuture<HttpResponse<String>> call(String tool) {
        var request =
                HttpRequest.newBuilder(URI.create(url(URI.create(upstream).getRawPath())))
                        .timeout(Duration.ofSeconds(60))
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream")
                        .POST(HttpRequest.BodyPublishers.ofString(RunningSidekey.toolCall(tool)))
                        .build();
        return http.sendAsync(request, BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    List<JsonNode> logins() throws IOException, InterruptedException {
        var list = new ArrayList<JsonNode>();
        JSON.readTree(get("http://127.0.0.1:" + adminPort + "/api/v1/logins").body())
                .forEach(list::add);
        return list;
    }

    String awaitLink() throws IOException, InterruptedException {
        RunningSidekey.await(
                () -> {
                    try {
                        return !logins().isEmpty();
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                "a login is asked for");
        return logins().getFirst().get("url").asText();
    }

    JsonNode status() throws IOException, InterruptedException {
        return JSON.readTree(get("http://127.0.0.1:" + adminPort + "/api/v1/upstreams").body());
    }

    String adminUrl(String path) {
        return "http://127.0.0.1:" + adminPort + path;
    }

    /** SIGTERM; waits for the end and gives the exit status. */
    int terminate() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    /** Asks it to end, as a Job's own container does; waits, and gives the exit status. */
    int quit() throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(adminUrl("/quitquitquit")))
                        .header("Sidekey-Admin", "1")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build();
        var status = http.send(request, BodyHandlers.discarding()).statusCode();
        assertThat(status).isBetween(200, 299);
        return process.waitFor();
    }

    /** SIGHUP. */
    void hangUp() throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill failed");
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
        http.close();
    }
}
