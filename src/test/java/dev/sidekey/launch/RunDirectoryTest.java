package dev.sidekey.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run leaves nothing behind, and clears up after those that could not. */
class RunDirectoryTest {
    @TempDir Path stateDir;

    @Test
    void itIsTheOwnersAndGoesWithItsFiles() throws Exception {
        var directory = RunDirectory.create(stateDir);
        assertThat(Files.getPosixFilePermissions(directory.path()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        Files.writeString(directory.path().resolve("roots.pem"), "x");

        directory.close();
        directory.close();

        assertThat(stateDir.resolve("run")).isEmptyDirectory();
    }

    @Test
    void whatAKilledRunLeftGoesAndWhatALivingOneHasStays() throws Exception {
        var gone = new ProcessBuilder("true").start();
        gone.waitFor();
        var left = Files.createDirectories(stateDir.resolve("run/" + gone.pid()));
        Files.writeString(left.resolve("roots.pem"), "x");
        var parent = ProcessHandle.current().parent().orElseThrow().pid();
        var living = Files.createDirectories(stateDir.resolve("run/" + parent));

        try (var directory = RunDirectory.create(stateDir)) {
            assertThat(directory.path()).exists();
            assertThat(left).doesNotExist();
            assertThat(living).exists();
        }
    }

    @Test
    void aStateDirectoryThatCannotBeWrittenIsNamed() throws Exception {
        var file = Files.createFile(stateDir.resolve("occupied"));

        assertThatThrownBy(() -> RunDirectory.create(file.resolve("state")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("--state-dir");
    }
}
