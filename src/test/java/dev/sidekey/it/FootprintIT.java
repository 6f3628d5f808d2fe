package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import dev.sidekey.fakes.FakeAuthorizationServer;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.testcontainers.DockerClientFactory;

/**
 * What the image needs in its container of 128 MiB. {@code make footprint} writes it down, and
 * {@code -Dsidekey.java-options=...} tries other options of the JVM.
 */
@EnabledIfSystemProperty(
        named = "sidekey.docs",
        matches = "write",
        disabledReason = "figures are taken by make footprint, on a quiet machine")
@Timeout(900)
class FootprintIT {
    private static final int STREAMS = 1000;
    private static final int CALLS_A_SECOND = 500;
    private static final int OFTEN = 5;

    /** Until the load, the server and Sidekey are compiled: a pod does it once. */
    private static final Duration WARM_UP = Duration.ofSeconds(10);

    private static final String TOKEN_OF_THE_LOAD = "the-load-itself";
    private static final JsonMapper JSON = new JsonMapper();

    private final int port = TestConfig.freePort();
    private final int admin = TestConfig.freePort();

    @BeforeAll
    static void image() throws Exception {
        SidekeyImage.build();
    }

    @Test
    void aThousandStreamsAndFiveHundredCallsASecondFitInto128MiB() throws Exception {
        var writes = "write".equals(System.getProperty("sidekey.docs"));
        var measured = measure(Duration.ofSeconds(writes ? 30 : 10));
        if (writes) {
            Files.writeString(Path.of("docs", "footprint.md"), page(measured));
        }
    }

    private Measured measure(Duration time) throws Exception {
        double loadBefore = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        try (var authorization = FakeAuthorizationServer.start();
                var upstream =
                        new LoadServer(
                                authorization.issuer(),
                                token ->
                                        token.equals(TOKEN_OF_THE_LOAD)
                                                || authorization.scopesOf(token) != null);
                var agent = new LoadAgent(port);
                var sidekey =
                        started(upstream.url(), System.getProperty("sidekey.java-options", ""))) {
            var idle = sidekey.memory();
            logIn(agent);
            var streams = MemoryWatch.during(sidekey, () -> agent.open(STREAMS));
            var outcome = new LoadAgent.Outcome[1];
            var processor = new double[1];
            var load =
                    MemoryWatch.during(
                            sidekey,
                            () -> {
                                agent.call(CALLS_A_SECOND, WARM_UP);
                                var before = sidekey.processorSeconds();
                                outcome[0] = agent.call(CALLS_A_SECOND, time);
                                processor[0] = sidekey.processorSeconds() - before;
                            });
            var direct = without(upstream, time);
            var checked = MemoryWatch.during(sidekey, () -> healthCheck(sidekey));
            upstream.tellAll();

            assertThat(agent.told()).as("streams alive at the end").isEqualTo(STREAMS);
            assertThat(sidekey.wasKilledForMemory()).isFalse();
            assertThat(sidekey.isRunning()).isTrue();
            return new Measured(
                    idle, streams, load, checked, outcome[0], direct, processor[0], loadBefore);
        }
    }

    private record Measured(
            SidekeyContainer.Memory idle,
            SidekeyContainer.Memory streams,
            SidekeyContainer.Memory load,
            SidekeyContainer.Memory checked,
            LoadAgent.Outcome outcome,
            LoadAgent.Outcome direct,
            double processorSeconds,
            double loadBefore) {}

    /** The same load straight to the server: what of the times is not Sidekey's. */
    private static LoadAgent.Outcome without(LoadServer upstream, Duration time) throws Exception {
        try (var direct = new LoadAgent(upstream.port(), TOKEN_OF_THE_LOAD)) {
            return direct.call(CALLS_A_SECOND, time);
        }
    }

    private SidekeyContainer started(String upstream, String javaOptions) {
        var sidekey =
                new SidekeyContainer("serve", upstream)
                        .withNetworkMode("host")
                        .withEnv("SIDEKEY_LISTEN", "127.0.0.1:" + port)
                        .withEnv("SIDEKEY_ADMIN_LISTEN", "127.0.0.1:" + admin);
        if (!javaOptions.isEmpty()) {
            sidekey.withEnv("_JAVA_OPTIONS", javaOptions);
        }
        sidekey.start();
        new AdminPerson(admin).awaitReady();
        return sidekey;
    }

    private void logIn(LoadAgent agent) throws Exception {
        var first = agent.callLater("echo");
        new AdminPerson(admin).logIn();
        assertThat(first.join()).isEqualTo(200);
    }

    private static void healthCheck(SidekeyContainer sidekey) throws Exception {
        for (int time = 0; time < OFTEN; time++) {
            sidekey.healthCheck();
        }
    }

    /**
     * From the start of the container's process to the log line "ready".
     *
     * @param seconds by the clock
     * @param processor of a processor
     */
    private record Start(double seconds, double processor) {}

    /** The middle of several. */
    private Start start(String javaOptions) throws Exception {
        var seconds = new double[OFTEN];
        var processor = new double[OFTEN];
        for (int time = 0; time < OFTEN; time++) {
            try (var sidekey = started("http://127.0.0.1:9/mcp", javaOptions)) {
                RunningSidekey.await(() -> readyLine(sidekey).isPresent(), "the log says ready");
                processor[time] = sidekey.processorSeconds();
                var line = readyLine(sidekey).orElseThrow();
                var at = Instant.parse(JSON.readTree(line).get("ts").asText());
                var began = sidekey.getCurrentContainerInfo().getState().getStartedAt();
                seconds[time] = Duration.between(Instant.parse(began), at).toMillis() / 1000.0;
            }
        }
        Arrays.sort(seconds);
        Arrays.sort(processor);
        return new Start(seconds[OFTEN / 2], processor[OFTEN / 2]);
    }

    private static Optional<String> readyLine(SidekeyContainer sidekey) {
        return sidekey.getLogs().lines().filter(line -> line.contains("\"ready\"")).findFirst();
    }

    /** What a registry keeps of an image, and sends: its layers, compressed. */
    private static long pulled(String image) throws IOException {
        var counted = new CountingOutputStream();
        try (var saved = DockerClientFactory.instance().client().saveImageCmd(image).exec();
                var compressed = new GZIPOutputStream(counted)) {
            saved.transferTo(compressed);
        }
        return counted.bytes;
    }

    private static final class CountingOutputStream extends OutputStream {
        private long bytes;

        @Override
        public void write(int one) {
            bytes++;
        }

        @Override
        public void write(byte[] many, int from, int length) {
            bytes += length;
        }
    }

    private String page(Measured measured) throws Exception {
        var docker = DockerClientFactory.instance().client();
        var image = docker.inspectImageCmd(SidekeyImage.NAME).exec();
        var base = docker.inspectImageCmd("debian:bookworm-slim").exec();
        var cached = start("");
        var plain = start("-XX:AOTMode=off");
        return """
        # Footprint

        Written by `make footprint` (FootprintIT): the image in a container with `--read-only --cap-drop ALL --memory 128m
        --user 65532` and no swap, before a protected MCP server on the same machine that also makes the load.

        | | |
        | --- | --- |
        | Machine | %d processors, Java %s, %s; load average before: %.1f |
        | Image beyond its base, as pulled (gzip) | %.0f MB |
        | and unpacked | %.0f MB |
        | Start to ready, with the AOT cache | %.2f s; of a processor %.2f s |
        | Start to ready, without | %.2f s; of a processor %.2f s |

        | Memory in the 128 MiB | of its own | working set |
        | --- | --- | --- |
        | Ready, nothing done | %s | %s |
        | %d idle event streams, peak | %s | %s |
        | and %d calls a second, peak | %s | %s |
        | and the image's health check beside it, peak | %s | %s |

        | Calls, after %d s that warm up | median | 99 of 100 within |
        | --- | --- | --- |
        | through Sidekey | %.1f ms | %.1f ms |
        | without it, the same load at the server itself | %.1f ms | %.1f ms |

        These were %d calls, %.0f a second in fact, %d not answered 200; each took Sidekey %.2f ms of a processor. Load, server,
        Sidekey and whatever else the machine did shared the processors: times by the clock are this machine's at that hour, the
        second row's some moments after the first's. Every stream still brought an event at the end, and the kernel killed nothing.

        *Of its own* is anonymous memory (heap, threads, code, buffers). The *working set* adds the pages of files that are in
        use: it is what Kubernetes holds against the limit. The kernel takes the rest of the file cache back by itself.
        """
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        Runtime.version(),
                        System.getProperty("os.arch"),
                        measured.loadBefore,
                        (pulled(SidekeyImage.NAME) - pulled("debian:bookworm-slim")) / 1e6,
                        (image.getSize() - base.getSize()) / 1e6,
                        cached.seconds,
                        cached.processor,
                        plain.seconds,
                        plain.processor,
                        of(measured.idle).anonymous,
                        of(measured.idle).workingSet,
                        STREAMS,
                        of(measured.streams).anonymous,
                        of(measured.streams).workingSet,
                        CALLS_A_SECOND,
                        of(measured.load).anonymous,
                        of(measured.load).workingSet,
                        of(measured.checked).anonymous,
                        of(measured.checked).workingSet,
                        WARM_UP.toSeconds(),
                        measured.outcome.medianMillis(),
                        measured.outcome.p99Millis(),
                        measured.direct.medianMillis(),
                        measured.direct.p99Millis(),
                        measured.outcome.calls(),
                        measured.outcome.perSecond(),
                        measured.outcome.failed(),
                        measured.processorSeconds * 1000 / measured.outcome.calls());
    }

    private record Shown(String anonymous, String workingSet) {}

    private static Shown of(SidekeyContainer.Memory memory) {
        return new Shown(mebibytes(memory.anonymous()), mebibytes(memory.workingSet()));
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.0f MiB", bytes / 1048576.0);
    }
}
