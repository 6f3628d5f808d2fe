package dev.sidekey.it;

import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import dev.sidekey.fakes.CuttableProxy;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One Sidekey of a fleet, as a process of its own on a wire to Redis of its own. */
final class FleetProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String upstream;
    private final Path directory;
    private final int port = TestConfig.freePort();
    private final int adminPort = TestConfig.freePort();
    private final int sharedAdminPort;
    private Process process;

    /** What starts it. */
    String launcher = System.getProperty("sidekey.launcher", "./sidekey");

    /** How much heap it gets. */
    String heap = "64m";

    /** Its wire to Redis. */
    final CuttableProxy wire;

    /**
     * @param first whose admin listener all browsers are sent to; null for this one
     */
    FleetProcess(Path directory, String upstream, int redisPort, FleetProcess first)
            throws IOException {
        this.directory = Files.createDirectories(directory);
        this.upstream = upstream;
        this.wire = CuttableProxy.before(redisPort);
        this.sharedAdminPort = first == null ? adminPort : first.adminPort;
        Files.writeString(
                directory.resolve("sidekey.yaml"),
                """
                listen: 127.0.0.1:%d
                admin-listen: 127.0.0.1:%d
                public-url: http://127.0.0.1:%d
                state-dir: %s
                browser: none
                store: { type: redis, url: 'redis://127.0.0.1:%d', key: '%s', prefix: fleet, timeout: 2s }
                limits: { oauth-timeout: 60s, drain: 5s }
                upstreams: { default: '%s' }
                """
                        .formatted(
                                port,
                                adminPort,
                                sharedAdminPort,
                                directory.resolve("state"),
                                wire.port(),
                                KEY,
                                upstream));
    }

    /** Starts it; it is ready some time later. */
    FleetProcess start() throws IOException {
        var command =
                List.of(
                        launcher,
                        "serve",
                        "--config",
                        directory.resolve("sidekey.yaml").toString());
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment()
                .put(
                        "SIDEKEY_JAVA_OPTS",
                        "-Xmx" + heap + " -XX:TieredStopAtLevel=1 -XX:CICompilerCount=1");
        process = builder.start();
        return this;
    }

    FleetProcess awaitReady() {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isReady()) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new AssertionError("not ready: " + logText());
            }
            LockSupport.parkNanos(50_000_000);
        }
        return this;
    }

    Path log() {
        return directory.resolve("sidekey.log");
    }

    String logText() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            return e.toString();
        }
    }

    boolean isReady() {
        try {
            var ready = get("http://127.0.0.1:" + adminPort + "/readyz");
            return ready.statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> get(String url) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10)).build();
        return http.send(request, BodyHandlers.ofString());
    }

    /** Logs in by following the link of the login that is asked for. */
    void logIn() throws IOException, InterruptedException {
        var logins = "http://127.0.0.1:" + adminPort + "/api/v1/logins";
        RunningSidekey.await(() -> bodyOf(logins).contains("/login/"), "a login is asked for");
        var body = bodyOf(logins);
        var from = body.indexOf("http://127.0.0.1:" + sharedAdminPort + "/login/");
        var next = body.substring(from, body.indexOf('"', from));
        for (int hops = 0; hops < 10; hops++) {
            var page = get(next);
            var target = page.headers().firstValue("location");
            if (target.isEmpty()) {
                return;
            }
            next = URI.create(next).resolve(target.get()).toString();
        }
    }

    private String bodyOf(String url) {
        try {
            return get(url).body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An agent's call; fails as a connection to a dead process does. */
    HttpResponse<String> call(Duration timeout) throws IOException, InterruptedException {
        var path = URI.create(upstream).getRawPath();
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(timeout)
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream")
                        .POST(HttpRequest.BodyPublishers.ofString(RunningSidekey.toolCall("echo")))
                        .build();
        return http.send(request, BodyHandlers.ofString());
    }

    /** Whether an answer is the upstream's. */
    static boolean isResult(HttpResponse<String> answer) {
        return answer.statusCode() == 200 && answer.body().contains("\"result\":{\"echo");
    }

    /** Sends a signal, such as STOP. */
    void signal(String name) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("kill", "-" + name, "" + process.pid()));
        new ProcessBuilder(command).start().waitFor();
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
    }

    /** As Kubernetes ends a pod: asks, and waits for the end. */
    void terminate() throws InterruptedException {
        process.destroy();
        process.waitFor(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
        wire.close();
        http.close();
    }
}
