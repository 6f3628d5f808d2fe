package dev.sidekey.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
            long foreign = foreignNanos();
            var seen = once(peer, work);
            var share = (foreignNanos() - foreign) / seen.seconds() / 1e9;
            if (share < FOREIGN || i == TRIES) {
                return seen;
            }
            System.err.printf("  others used %.0f %% of a processor%n", 100 * share);
        }
    }

    /** Whoever else is there. */
    Seen once(Peer peer, Work work) throws Exception {
        var begin = System.nanoTime();
        long cpu = peer.cpuNanos();
        long done = work.run();
        cpu = peer.cpuNanos() - cpu;
        return new Seen(done, (System.nanoTime() - begin) / 1e9, cpu / 1e3 / Math.max(1, done));
    }

    /**
     * What all other processes have used. Not from the times of the processors: those are sampled,
     * and work that comes with each tick of a clock is overlooked or counted many times over.
     */
    private long foreignNanos() throws IOException {
        long all = 0;
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var process : processes) {
                all += nanosOf(process.getFileName().toString());
            }
        }
        return all - field.cpuNanos();
    }

    private static long nanosOf(String process) {
        try {
            return Program.cpuNanos(Long.parseLong(process));
        } catch (IOException e) {
            return 0; // it has just ended
        }
    }
}
