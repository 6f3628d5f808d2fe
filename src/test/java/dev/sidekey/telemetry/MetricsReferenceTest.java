package dev.sidekey.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * docs/metrics.md is made from {@link Meters}. `make docs` (-Dsidekey.docs=write) writes it anew.
 */
class MetricsReferenceTest {
    private static final Path PAGE = Path.of("docs", "metrics.md");

    private static String page() {
        var rows =
                Arrays.stream(Meters.values()).map(Meters::row).collect(Collectors.joining("\n"));
        return """
        # Metrics

        Made from `telemetry/Meters.java` by `make docs`. `GET /metrics` on the admin listener gives them in Prometheus' text
        format; [operations.md](operations.md#health-and-metrics) says who may ask, and how they go out by OTLP.

        Labels have few values: `upstream` and `agent` are names from the configuration (`_other` stands for every host that is
        no configured upstream), the rest is said with the metric. No URL, no person and no session is ever a label.

        | metric | type | labels | |
        | --- | --- | --- | --- |
        %s

        `sidekey_build_info` has the labels `version` and `java`. Beside these stand Micrometer's own of the JVM and the process:
        `jvm_memory_*`, `jvm_gc_*`, `jvm_threads_*`, `jvm_buffer_*`, `jvm_classes_*`, `process_*`, `system_*`.
        """
                .formatted(rows);
    }

    @Test
    void thePageSaysWhatIsCounted() throws IOException {
        if ("write".equals(System.getProperty("sidekey.docs"))) {
            Files.writeString(PAGE, page());
        }
        assertThat(Files.readString(PAGE)).as("stale: run `make docs`").isEqualTo(page());
    }

    @Test
    void everyMeterIsExposedUnderTheNameThatIsWritten() {
        try (var telemetry = new Telemetry("1.2.3", Map.of())) {
            telemetry.watchProcess();
            var registry = telemetry.registry();
            for (var meter : Meters.values()) {
                make(meter, registry);
            }
            var scraped = telemetry.scrape();
            for (var meter : Meters.values()) {
                assertThat(scraped).contains("# HELP " + meter.exposed() + " ");
            }
            assertThat(scraped)
                    .contains("sidekey_build_info{", "version=\"1.2.3\"", "jvm_memory_used_bytes");
        }
    }

    private static void make(Meters meter, io.micrometer.core.instrument.MeterRegistry registry) {
        var values = meter.labels().stream().map(_ -> "x").toArray(String[]::new);
        for (Runnable one :
                List.<Runnable>of(
                        () -> meter.counter(registry, values),
                        () -> meter.timer(registry, values),
                        () -> meter.gauge(registry, () -> 1, values))) {
            try {
                one.run();
                return;
            } catch (UnsupportedOperationException e) {
                // another kind
            }
        }
        throw new AssertionError(meter);
    }
}
