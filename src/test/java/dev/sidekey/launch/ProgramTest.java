package dev.sidekey.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a shell would find, and exit with. */
class ProgramTest {
    @TempDir Path first;
    @TempDir Path second;

    private Map<String, String> environment;

    @BeforeEach
    void fill() throws Exception {
        environment = Map.of("PATH", first + File.pathSeparator + second);
        Files.createFile(first.resolve("text"));
        Files.createDirectory(first.resolve("directory"));
        assertThat(Files.createFile(second.resolve("program")).toFile().setExecutable(true))
                .isTrue();
    }

    @Test
    void aNameIsLookedUpInThePath() {
        assertThat(Program.find("program", environment)).isEqualTo(Program.FOUND);
        assertThat(Program.find("text", environment).status()).isEqualTo(126);
        assertThat(Program.find("directory", environment).status()).isEqualTo(127);
        assertThat(Program.find("nothing", environment).status()).isEqualTo(127);
        assertThat(Program.find("", environment).status()).isEqualTo(127);
        assertThat(Program.find("program", Map.of()).status()).isEqualTo(127);
    }

    @Test
    void aPathIsTakenAsItIs() {
        assertThat(Program.find(second + "/program", Map.of())).isEqualTo(Program.FOUND);
        assertThat(Program.find(first + "/text", Map.of()).status()).isEqualTo(126);
        assertThat(Program.find(first + "/directory", Map.of()).status()).isEqualTo(126);
        assertThat(Program.find(first + "/nothing", Map.of()).status()).isEqualTo(127);
    }
}
