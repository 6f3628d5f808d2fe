package dev.sidekey.launch;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What those who read lines of a {@link ShellSyntax} make of them: the real ones. */
public final class Evaluated {
    private Evaluated() {}

    /**
     * The environment afterwards.
     *
     * @param work for files
     */
    public static Map<String, String> by(ShellSyntax syntax, String lines, Path work)
            throws IOException, InterruptedException {
        return switch (syntax) {
            case sh, fish -> byShell(syntax.name(), lines);
            case dotenv -> byCompose(lines, work);
            case powershell -> throw new AssertionError("no PowerShell can be had");
        };
    }

    private static Map<String, String> byShell(String name, String lines)
            throws IOException, InterruptedException {
        var environment = new HashMap<String, String>();
        var shown = run(List.of(program(name)), lines + "\nenv -0\n");
        for (var line : shown.split("\0", -1)) {
            var equals = line.indexOf('=');
            if (equals > 0) {
                environment.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return environment;
    }

    private static Map<String, String> byCompose(String lines, Path work)
            throws IOException, InterruptedException {
        Files.writeString(work.resolve("agent.env"), lines);
        var file =
                Files.writeString(
                        work.resolve("compose.yaml"),
                        "version: '3'\nservices: { agent: { image: x, env_file: agent.env } }\n");
        var shown = run(List.of(program("docker-compose"), "-f", file.toString(), "config"), "");
        var environment = new HashMap<String, String>();
        JsonNode variables = new YAMLMapper().readTree(shown).at("/services/agent/environment");
        // what is shown is a compose file again, where a dollar is two
        variables
                .properties()
                .forEach(one ->
                        environment.put(one.getKey(), one.getValue().asText().replace("$$", "$")));
        return environment;
    }

    private static String program(String name) {
        var found =
                Stream.of(System.getenv("PATH").split(":"))
                        .map(directory -> Path.of(directory, name))
                        .filter(Files::isExecutable)
                        .findFirst();
        assumeTrue(found.isPresent(), name + " is not installed");
        return found.orElseThrow().toString();
    }

    private static String run(List<String> command, String input)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        // nothing of what is to be read may be there before
        builder.environment().keySet().retainAll(List.of("PATH", "HOME", "LANG"));
        var process = builder.start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        var shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(command + " ends with " + process.exitValue());
        }
        return shown;
    }
}
