package dev.sidekey.it;

import dev.sidekey.RunningSidekey;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/** {@code sidekey run} as a user starts it. */
final class RunProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern LINK = Pattern.compile("http://[^\\s\"]+/login/[A-Za-z0-9_-]+");

    private final Process process;
    private final Path out;
    private final Path err;

    private RunProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts one.
     *
     * @param work where its state and output go
     * @param options before {@code --}
     */
    static RunProcess start(Path work, List<String> options, String... command) throws IOException {
        var all = new ArrayList<String>();
        all.add(System.getProperty("sidekey.launcher", "./sidekey"));
        all.addAll(List.of("run", "--browser", "none", "--state-dir", work + "/state"));
        all.addAll(options);
        all.add("--");
        all.addAll(List.of(command));
        return start(work, all, Map.of());
    }

    /** What starts these tests may ignore interrupts, and a command inherits that. */
    private static List<String> heedful(List<String> line) {
        var all = new ArrayList<>(List.of("env", "--default-signal=INT,QUIT,HUP"));
        all.addAll(line);
        return all;
    }

    /** Starts a whole command line, such as one that runs Sidekey in a terminal. */
    static RunProcess start(Path work, List<String> line, Map<String, String> environment)
            throws IOException {
        Files.createDirectories(work);
        var out = Files.createTempFile(work, "out", "");
        var err = Files.createTempFile(work, "err", "");
        var builder =
                new ProcessBuilder(heedful(line))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        builder.environment().put("XDG_CONFIG_HOME", work.resolve("none").toString());
        builder.environment().putAll(environment);
        return new RunProcess(builder.start(), out, err);
    }

    long pid() {
        return process.pid();
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void awaitOut(String text) {
        await(() -> out().contains(text), text);
    }

    private void await(BooleanSupplier condition, String what) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            var isOver = !process.isAlive() && !condition.getAsBoolean();
            if (isOver || System.nanoTime() > deadline) {
                throw new AssertionError("%s; out: %s; err: %s".formatted(what, out(), err()));
            }
            RunningSidekey.pause();
        }
    }

    /** The link that a person is shown. */
    String awaitLink() {
        await(() -> LINK.matcher(err()).find(), "a login link on stderr");
        var link = LINK.matcher(err());
        return link.find() ? link.group() : "";
    }

    void signal(String name) throws IOException, InterruptedException {
        var status =
                new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid()).start().waitFor();
        if (status != 0) {
            throw new AssertionError("no signal could be sent: " + err());
        }
    }

    int await() throws InterruptedException {
        if (!process.waitFor(PATIENCE)) {
            throw new AssertionError("does not end; out: %s; err: %s".formatted(out(), err()));
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}
