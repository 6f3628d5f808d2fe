package dev.sidekey.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * mcp-remote: the agent's own child, spoken to over its standard streams, one call at a time. Given
 * a token, so that no browser is needed.
 */
final class McpRemote implements AutoCloseable {
    private static final String PACKAGE = "mcp-remote@0.15.1";

    private final Process process;
    private final BufferedReader answers;
    private final Writer calls;

    private McpRemote(Process process) {
        this.process = process;
        answers = process.inputReader(StandardCharsets.UTF_8);
        calls = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Installs and measures it, or names what is missing. */
    static void measure(Field field, Figures figures, String row, Duration time) throws Exception {
        if (!field.has("npm", "Node.js")) {
            return;
        }
        var directory = Files.createDirectories(field.directory().resolve("mcp-remote"));
        var npm = List.of("npm", "install", "--no-audit", "--no-fund", "--silent", PACKAGE);
        var log = field.directory().resolve("npm.log").toFile();
        var install =
                new ProcessBuilder(npm)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log)
                        .start();
        if (install.waitFor() != 0) {
            field.lacks(PACKAGE + " (npm)");
            return;
        }
        try (var remote = new McpRemote(start(field, directory))) {
            remote.measure(figures, row, time);
        }
    }

    private static Process start(Field field, Path directory) throws IOException {
        var url = "http://127.0.0.1:" + field.port("PLAIN") + "/mcp";
        var bearer = "Authorization: Bearer " + BenchUpstream.TOKEN;
        var program = "node_modules/mcp-remote/dist/proxy.js";
        return new ProcessBuilder(
                        List.of(
                                "taskset",
                                "-c",
                                Field.ONE,
                                "node",
                                program,
                                url,
                                "--allow-http",
                                "--transport",
                                "http-only",
                                "--header",
                                bearer))
                .directory(directory.toFile())
                .redirectError(field.directory().resolve("mcp-remote.log").toFile())
                .start();
    }

    private void measure(Figures figures, String row, Duration time) throws IOException {
        call(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
                        + "\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},"
                        + "\"clientInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}");
        var request = BenchDocuments.call(100);
        var warm = System.nanoTime() + time.toNanos() * 2;
        while (System.nanoTime() < warm) {
            call(request);
        }
        var nanos = new long[1000];
        long cpu = Program.cpuNanos(process.pid());
        for (int i = 0; i < nanos.length; i++) {
            var begin = System.nanoTime();
            call(request);
            nanos[i] = System.nanoTime() - begin;
        }
        cpu = Program.cpuNanos(process.pid()) - cpu;
        Arrays.sort(nanos);
        figures.add(row, CallBench.ONE, cpu / 1e3 / nanos.length);
        figures.add(row, CallBench.RATE, 1e9 / Figures.percentile(nanos, 0.5));
    }

    private void call(String request) throws IOException {
        calls.write(request + "\n");
        calls.flush();
        if (answers.readLine() == null) {
            throw new IOException("mcp-remote ended");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
