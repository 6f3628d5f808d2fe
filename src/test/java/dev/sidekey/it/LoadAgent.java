package dev.sidekey.it;

import dev.sidekey.RunningSidekey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Agents in number: streams that are held open, and calls at a fixed rate. */
final class LoadAgent implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int port;
    private final String token;
    private final List<Socket> streams = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * What came of the calls.
     *
     * @param calls how many were sent
     * @param failed how many were not answered 200
     * @param perSecond how many were sent in a second, in fact
     * @param medianMillis half of them took at most this long
     * @param p99Millis 99 of 100 took at most this long
     */
    record Outcome(
            int calls, int failed, double perSecond, double medianMillis, double p99Millis) {}

    LoadAgent(int port) {
        this(port, "");
    }

    /** One that shows a token of its own, where it is not empty. */
    LoadAgent(int port, String token) {
        this.port = port;
        this.token = token;
    }

    /** Opens event streams, and waits for the head of each. */
    void open(int number) throws IOException {
        for (int i = 0; i < number; i++) {
            var stream = new Socket(InetAddress.getLoopbackAddress(), port);
            stream.setSoTimeout((int) PATIENCE.toMillis());
            var request =
                    "GET /mcp HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: text/event-stream\r\n\r\n"
                            .formatted(port);
            stream.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            streams.add(stream);
        }
        for (var stream : streams) {
            var status = lineWith(stream, "HTTP/1.1");
            if (!status.contains(" 200 ")) {
                throw new IOException("a stream was answered " + status);
            }
        }
    }

    /** How many of the streams bring the event that the server has sent to all. */
    int told() {
        int told = 0;
        for (var stream : streams) {
            try {
                told += lineWith(stream, "data: {}").isEmpty() ? 0 : 1;
            } catch (IOException e) {
                // this one is dead: not counted
            }
        }
        return told;
    }

    private static String lineWith(Socket stream, String text) throws IOException {
        // unbuffered beyond this read: nothing is sent on a stream but what is asked for here
        var in =
                new BufferedReader(
                        new InputStreamReader(stream.getInputStream(), StandardCharsets.US_ASCII));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            if (line.contains(text)) {
                return line;
            }
        }
        return "";
    }

    /** The status of one call that waits for a person. */
    CompletableFuture<Integer> callLater(String tool) {
        return http.sendAsync(request(tool), BodyHandlers.ofString())
                .thenApply(HttpResponse::statusCode);
    }

    /** Calls at a rate, whatever became of the earlier ones. */
    Outcome call(int perSecond, Duration time) {
        var failed = new AtomicInteger();
        var nanos = new ConcurrentLinkedQueue<Long>();
        var sent = new ArrayList<CompletableFuture<?>>();
        var begin = System.nanoTime();
        int calls = (int) (perSecond * time.toSeconds());
        for (int i = 0; i < calls; i++) {
            var due = begin + i * TimeUnit.SECONDS.toNanos(1) / perSecond;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            var start = System.nanoTime();
            sent.add(
                    http.sendAsync(request("echo"), BodyHandlers.ofString())
                            .handle((answer, failure) -> {
                                nanos.add(System.nanoTime() - start);
                                var good = failure == null && answer.statusCode() == 200;
                                return good ? 0 : failed.incrementAndGet();
                            }));
        }
        var seconds = (System.nanoTime() - begin) / 1e9;
        CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).join();
        var sorted = nanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return new Outcome(
                calls,
                failed.get(),
                calls / seconds,
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 99 / 100] / 1e6);
    }

    private HttpRequest request(String tool) {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/mcp"))
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream")
                        .POST(HttpRequest.BodyPublishers.ofString(RunningSidekey.toolCall(tool)));
        return (token.isEmpty() ? request : request.header("Authorization", "Bearer " + token))
                .build();
    }

    @Override
    public void close() throws IOException {
        for (var stream : streams) {
            stream.close();
        }
        http.shutdownNow();
    }
}
