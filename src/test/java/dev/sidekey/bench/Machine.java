package dev.sidekey.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Where the figures are from. */
final class Machine {
    private Machine() {}

    static String line(int rounds, Duration slice) throws IOException {
        return "%d rounds of slices of %d s; %d processors (%s), Linux, Java %s."
                .formatted(rounds, slice.toSeconds(), processors(), model(), Runtime.version());
    }

    /** Not as the JVM counts them, which is pinned to one. */
    private static long processors() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("processor")).count();
        }
    }

    private static String model() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .orElse(System.getProperty("os.arch"));
        }
    }
}
