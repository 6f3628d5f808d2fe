package dev.sidekey.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A process that is measured, pinned to processors, and what the kernel says it has used. */
final class Program implements AutoCloseable {
    private static final long NANOS_A_TICK = 10_000_000;
    private static final Pattern RSS = Pattern.compile("(?m)^Rss: +(\\d+)");
    private static final Pattern ANONYMOUS = Pattern.compile("(?m)^Anonymous: +(\\d+)");

    private final Process process;
    private final Path log;

    /**
     * Starts one.
     *
     * @param log where what it says goes
     * @param processors as taskset has them
     */
    Program(Path log, String processors, List<String> command) throws IOException {
        this.log = log;
        var pinned = new ArrayList<>(List.of("taskset", "-c", processors));
        pinned.addAll(command);
        process =
                new ProcessBuilder(pinned)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void mustLive() {
        if (!process.isAlive()) {
            throw new IllegalStateException("a program ended; what it said is in " + log);
        }
    }

    /** From now on it runs there only. */
    void pin(String processors) throws IOException, InterruptedException {
        pin(pid(), processors);
    }

    static void pin(long pid, String processors) throws IOException, InterruptedException {
        var command = List.of("taskset", "-a", "-c", "-p", processors, Long.toString(pid));
        new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Processor time, in user code and in the kernel, in steps of 10 ms. */
    long cpuNanos() throws IOException {
        return cpuNanos(pid());
    }

    static long cpuNanos(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * NANOS_A_TICK;
    }

    /** Resident memory, in bytes: all of it, and that which is no file's. */
    Memory memory() throws IOException {
        var text = Files.readString(Path.of("/proc/" + pid() + "/smaps_rollup"));
        return new Memory(kibibytes(RSS, text), kibibytes(ANONYMOUS, text));
    }

    /** Bytes. */
    record Memory(long resident, long anonymous) {}

    private static long kibibytes(Pattern line, String text) {
        var found = line.matcher(text);
        return found.find() ? Long.parseLong(found.group(1)) * 1024 : 0;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
