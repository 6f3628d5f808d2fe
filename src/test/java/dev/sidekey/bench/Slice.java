package dev.sidekey.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Some seconds of work, and what a program used of the processors in them. Where others used them
 * too, the slice is left out and taken again.
 */
final class Slice {
    private static final double FOREIGN = 0.05;
    private static final int TRIES = 4;

    private final Field field;

    Slice(Field field) {
        this.field = field;
    }

    /** Does it, and gives how much of it was done. */
    interface Work {
        long run() throws Exception;
    }

    /**
     * What was seen.
     *
     * @param done how much was done
     * @param seconds in how long
     * @param cpuMicros of the program, for each
     */
    record Seen(long done, double seconds, double cpuMicros) {}

    Seen of(Peer peer, Work work) throws Exception {
        for (int i = 1; ; i++) {
            var begin = System.nanoTime();
            long cpu = peer.cpuNanos();
            long foreign = foreignNanos();
            long done = work.run();
            cpu = peer.cpuNanos() - cpu;
            foreign = foreignNanos() - foreign;
            double nanos = System.nanoTime() - begin;
            if (foreign < FOREIGN * nanos || i == TRIES) {
                return new Seen(done, nanos / 1e9, cpu / 1e3 / Math.max(1, done));
            }
            System.err.printf("  others used %.0f %% of a processor%n", 100 * foreign / nanos);
        }
    }

    /** What all processors did for anybody else. */
    private long foreignNanos() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            var fields = lines.findFirst().orElseThrow().trim().split("\\s+", -1);
            // user, nice, system; not idle, waiting or what the kernel does for whoever it is
            var ticks = Arrays.stream(fields, 1, 4).mapToLong(Long::parseLong).sum();
            return ticks * 10_000_000 - field.cpuNanos();
        }
    }
}
