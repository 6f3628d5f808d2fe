package dev.sidekey.credential;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another process on the same store: a main class of the tests in a JVM of its own. */
public final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Process process) {
        this.process = process;
        output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a main class. */
    public static ChildJvm start(Class<?> main, String... arguments) throws IOException {
        return startWith(System.getProperty("java.class.path"), main, arguments);
    }

    /** Starts a main class with a class path of its own. */
    public static ChildJvm startWith(String classPath, Class<?> main, String... arguments)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(RedisServer.forChildren());
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        return new ChildJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Writes a line to its standard input. */
    void say(String line) throws IOException {
        var input = process.getOutputStream();
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    /** The next line that it prints; null when it ended. */
    public String line() throws IOException {
        return output.readLine();
    }

    /**
     * Reads up to a line; what it logs before, such as a store that was slow to answer, is passed.
     */
    void awaitLine(String awaited) throws IOException {
        var passed = new ArrayList<String>();
        for (String line = line(); !awaited.equals(line); line = line()) {
            if (line == null) {
                throw new IllegalStateException("the child never said " + awaited + ": " + passed);
            }
            passed.add(line);
        }
    }

    /** All that it still prints, once it has ended; its exit code stands in the first line. */
    public List<String> end() throws Exception {
        var lines = new ArrayList<String>();
        for (String line = line(); line != null; line = line()) {
            lines.add(line);
        }
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the child does not end: " + lines);
        }
        lines.addFirst("" + process.exitValue());
        return lines;
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
