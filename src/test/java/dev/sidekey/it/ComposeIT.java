package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * docker/compose.yaml as a newcomer starts it: the agent, which knows no OAuth, shows the tool's
 * result; and again when all that it is told is HTTPS_PROXY and what to trust. Skipped, aloud,
 * where there is no Docker Engine or no Compose.
 */
@Timeout(900)
class ComposeIT {
    private static final List<String> PLAIN = List.of("docker/compose.yaml");
    private static final List<String> PROXY =
            List.of("docker/compose.yaml", "docker/compose.proxy.yaml");
    private static final String PROJECT = "sidekey-compose-it";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path work;

    @BeforeAll
    static void image() throws Exception {
        Assumptions.assumeTrue(hasCompose(), "no docker-compose here: compose.yaml is not shown");
        SidekeyImage.build();
    }

    private static boolean hasCompose() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "docker-compose")));
    }

    @AfterEach
    void down() throws Exception {
        compose(PROXY, "down", "--volumes");
    }

    @Test
    void theAgentShowsTheResultOnBothRoads() throws Exception {
        compose(PLAIN, "up", "--detach", "--build");
        assertThat(ended(PLAIN)).as(logs(PLAIN)).isZero();
        var plain = logs(PLAIN);
        assertThat(plain)
                .contains("tool result: you are alice, with the scope")
                .contains("signed in");

        compose(PROXY, "up", "--detach");
        assertThat(ended(PROXY)).as(logs(PROXY)).isZero();
        assertThat(logs(PROXY)).contains("tool result: you are alice, with the scope");
    }

    /** Waits for the agent's end, and gives its exit status. */
    private int ended(List<String> files) throws Exception {
        var agent = compose(files, "ps", "--quiet", "agent").strip();
        return Integer.parseInt(run("docker", "wait", agent).strip());
    }

    private String logs(List<String> files) throws Exception {
        return compose(files, "logs", "--no-color", "agent", "person", "mcp", "sidekey");
    }

    private String compose(List<String> files, String... command) throws Exception {
        var line = new ArrayList<String>();
        line.addAll(List.of("docker-compose", "--project-name", PROJECT));
        for (var file : files) {
            line.addAll(List.of("--file", file));
        }
        line.addAll(List.of("--file", keycloakOfTheZip().toString()));
        line.addAll(List.of(command));
        return run(line.toArray(String[]::new));
    }

    /** A registry may be out of reach: the zip of Maven Central, on the image's JDK. */
    private Path keycloakOfTheZip() throws Exception {
        var home = KeycloakServer.unpacked();
        // what the realm's file is mounted over
        var imports = Files.createDirectories(home.resolve("data").resolve("import"));
        if (!Files.exists(imports.resolve("realm.json"))) {
            Files.createFile(imports.resolve("realm.json"));
        }
        var file = work.resolve("keycloak.yaml");
        Files.writeString(
                file,
                """
                services:
                  keycloak:
                    image: sidekey-jdk:25
                    entrypoint: [/opt/keycloak/bin/kc.sh]
                    environment: { KC_DB: dev-mem, KC_CACHE: local }
                    volumes: ["%s:/opt/keycloak"]
                """
                        .formatted(home));
        return file;
    }

    /** Runs a program to its end, and gives what it wrote on its standard output. */
    private String run(String... command) throws IOException, InterruptedException {
        var log = Files.createTempFile(work, "run", ".log").toFile();
        var process = new ProcessBuilder(command).redirectError(log).start();
        process.getOutputStream().close();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(() -> String.join(" ", command) + "\n" + out + "\n" + read(log.toPath()))
                .isZero();
        return out;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
