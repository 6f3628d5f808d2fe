package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.RunningSidekey;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.fakes.RawServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The packaged Sidekey under load: files change, SIGHUP comes, SIGTERM comes; no call fails. */
@Timeout(120)
class LifecycleIT {
    private static final int AGENTS = 4;
    private static final String STREAM =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path work;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void noCallFailsAndNoStreamBreaksWhateverHappensToTheConfigurationOrTheProcess()
            throws Exception {
        var streaming = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        try (var authorization = FakeAuthorizationServer.start();
                var mcp = FakeMcpServer.start(authorization);
                var events =
                        RawServer.start(connection -> {
                            connection.readRequest();
                            connection.write(STREAM);
                            streaming.countDown();
                            never.await();
                        });
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            write(upstream("stream", events.url() + "/sse"));
            try (var sidekey = new SidekeyProcess(work, mcp.url(), "--config", file().toString())) {
                var first = sidekey.call("echo");
                follow(sidekey.awaitLink());
                assertThat(first.get().body()).contains("\"result\"");
                var stream = threads.submit(() -> read(sidekey.url("/stream")));
                streaming.await();
                var agents = load(threads, sidekey);

                changeTheFile(sidekey, mcp, events);
                assertThat(stream).as("the stream of before all that").isNotDone();
                assertThat(calls).hasValueGreaterThan(50);

                assertThat(sidekey.terminate()).as("exit status of SIGTERM").isZero();
                for (var agent : agents) {
                    agent.get();
                }
                assertThat(failures).as("of %d calls", calls.get()).isEmpty();
                // a whole body, or the client would have thrown
                assertThat(stream.get()).isEqualTo("data: 1\n\n");
            }
        }
    }

    @Test
    void aJobThatAsksItToQuitGetsItsLastAnswerFirst() throws Exception {
        var asked = new CountDownLatch(1);
        var quitting = new CountDownLatch(1);
        try (var slow =
                        RawServer.start(connection -> {
                            connection.readRequest();
                            asked.countDown();
                            quitting.await();
                            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlast");
                        });
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            write(upstream("slow", slow.url() + "/slow"));
            try (var sidekey =
                    new SidekeyProcess(work, slow.url(), "--config", file().toString())) {
                var last = threads.submit(() -> read(sidekey.url("/slow")));
                asked.await();
                var status = threads.submit(sidekey::quit);
                RunningSidekey.await(() -> isRefused(sidekey), "it takes no more calls");
                quitting.countDown();
                assertThat(last.get()).isEqualTo("last");
                assertThat(status.get()).isZero();
            }
        }
    }

    private static boolean isRefused(SidekeyProcess sidekey) {
        try {
            sidekey.call("echo").get(1, TimeUnit.SECONDS);
            return false;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return e.getCause() instanceof ConnectException;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Added, changed, spoilt, mended, removed, and asked for without any change. */
    private void changeTheFile(SidekeyProcess sidekey, FakeMcpServer mcp, RawServer events)
            throws Exception {
        var stream = upstream("stream", events.url() + "/sse");
        write(stream + upstream("more", mcp.url()));
        RunningSidekey.await(() -> names(sidekey).contains("more"), "an upstream was added");
        write(stream + upstream("more", mcp.url()) + "nonsense: 1\n");
        RunningSidekey.await(
                () -> counted(sidekey, "refused") == 1, "a bad file was refused as a whole");
        assertThat(names(sidekey)).contains("more");
        write(stream + upstream("other", mcp.url()));
        RunningSidekey.await(() -> names(sidekey).contains("other"), "the file was mended");
        assertThat(names(sidekey)).doesNotContain("more");
        int before = counted(sidekey, "applied");
        sidekey.hangUp();
        RunningSidekey.await(() -> counted(sidekey, "applied") > before, "SIGHUP was heard");
        assertThat(Files.readString(sidekey.log())).contains("nonsense", "is not a known key");
    }

    private Path file() {
        return work.resolve("sidekey.yaml");
    }

    private void write(String upstreams) throws IOException {
        Files.writeString(file(), "upstreams:\n" + upstreams);
    }

    private static String upstream(String name, String url) {
        return "  " + name + ": { url: \"" + url + "\", grant: none }\n";
    }

    private List<Future<?>> load(ExecutorService threads, SidekeyProcess sidekey) {
        return IntStream.range(0, AGENTS)
                .<Future<?>>mapToObj(_ -> threads.submit(() -> callUntilItIsGone(sidekey)))
                .toList();
    }

    /** Only a refused connection ends it: that call was never taken. */
    private void callUntilItIsGone(SidekeyProcess sidekey) {
        while (true) {
            try {
                var answer = sidekey.call("echo").get();
                calls.incrementAndGet();
                if (answer.statusCode() != 200 || !answer.body().contains("\"result\"")) {
                    failures.add(answer.statusCode() + " " + answer.body());
                }
            } catch (Exception e) {
                if (!(e.getCause() instanceof ConnectException)) {
                    failures.add(String.valueOf(e.getCause()));
                }
                return;
            }
        }
    }

    private static List<String> names(SidekeyProcess sidekey) {
        try {
            return sidekey.status().findValuesAsText("name");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int counted(SidekeyProcess sidekey, String result) {
        var line = "sidekey_config_reloads_total{result=\"" + result + "\"} ";
        return get(sidekey.adminUrl("/metrics"))
                .body()
                .lines()
                .filter(one -> one.startsWith(line))
                .mapToInt(one -> (int) Double.parseDouble(one.substring(line.length())))
                .findFirst()
                .orElse(0);
    }

    private static String read(String url) {
        return get(url).body();
    }

    private static void follow(String link) {
        get(link);
    }

    private static HttpResponse<String> get(String url) {
        try (var http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.ALWAYS)
                        .build()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
