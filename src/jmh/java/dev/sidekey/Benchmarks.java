package dev.sidekey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks beside it. All of them write {@code docs/jmh.md}; some, chosen by a pattern
 * as the one argument, are only printed.
 */
final class Benchmarks {
    private static final TimeValue SECOND = TimeValue.seconds(1);

    /**
     * As the launcher starts Sidekey: the object layout decides on bytes, the collector on time.
     */
    private static final String[] JVM = {
        "-XX:+UseSerialGC",
        "-XX:+UseCompactObjectHeaders",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow"
    };

    private Benchmarks() {}

    /** Takes a part of the names to run, or nothing. */
    public static void main(String[] arguments) throws RunnerException, IOException {
        var only = arguments.length == 0 ? "" : arguments[0];
        var options =
                new OptionsBuilder()
                        .include("^dev\\.sidekey\\..*" + only)
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.NANOSECONDS)
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(SECOND)
                        .measurementIterations(5)
                        .measurementTime(SECOND)
                        .addProfiler(GCProfiler.class)
                        .jvmArgs(JVM)
                        .shouldFailOnError(true)
                        .build();
        var results = new Runner(options).run();
        if (only.isEmpty()) {
            Files.writeString(Path.of("docs", "jmh.md"), page(results));
        }
    }

    private static String page(Collection<RunResult> results) {
        return """
        # Microbenchmarks

        Written by `make jmh` ([ADR 0023](decisions/0023-microbenchmarks-beside-the-tests.md)): one fork, three seconds of warm-up, five
        measured, with the launcher's options for the JVM. The error is JMH's, of 99.9 %% over five iterations; bytes are what
        the benchmark's thread allocates an operation (JMH's gc profiler).

        Machine: %d processors (%s), Java %s, %s.

        | benchmark | ns/op | error | B/op |
        | --- | ---: | ---: | ---: |
        %s
        """
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        processor(),
                        Runtime.version(),
                        System.getProperty("os.arch"),
                        results.stream().map(Benchmarks::row).collect(Collectors.joining("\n")));
    }

    private static String row(RunResult run) {
        var time = run.getPrimaryResult();
        var bytes = run.getSecondaryResults().get("gc.alloc.rate.norm");
        var params = run.getParams();
        var given =
                params.getParamsKeys().stream()
                        .map(key -> ", " + key + " " + params.getParam(key))
                        .collect(Collectors.joining());
        var name = params.getBenchmark().replaceFirst("^dev\\.sidekey\\.", "");
        return String.format(
                Locale.ROOT,
                "| `%s`%s | %,.1f | ± %,.1f | %,.0f |",
                name.replace("Benchmark.", "."),
                given,
                time.getScore(),
                time.getScoreError(),
                bytes.getScore());
    }

    private static String processor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.replaceFirst("^[^:]*:\\s*", ""))
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
