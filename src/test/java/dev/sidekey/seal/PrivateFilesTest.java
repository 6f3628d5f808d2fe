package dev.sidekey.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidekey.seal.PrivateFiles.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

    @TempDir Path directory;

    @Test
    void noOtherEyeMayReadAFileAtAnyStepOfItsWriting() throws IOException {
        var steps = new ArrayList<Step>();
        var writer =
                new PrivateFiles(step -> {
                    steps.add(step);
                    assertThat(modes()).containsOnly("rw-------");
                });

        writer.replace(directory.resolve("file"), CONTENT);
        writer.replace(directory.resolve("file"), CONTENT);

        var each = List.of(Step.values());
        assertThat(steps.subList(0, each.size())).isEqualTo(each);
        assertThat(steps).hasSize(2 * each.size());
    }

    private List<String> modes() {
        try (var files = Files.list(directory)) {
            var modes = new ArrayList<String>();
            for (var file : files.toList()) {
                modes.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
            return modes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFailedWriteLeavesTheOldContentAndNoLitter() throws IOException {
        var file = Files.writeString(directory.resolve("file"), "old");
        var failing =
                new PrivateFiles(step -> {
                    if (step == Step.HALF_WRITTEN) {
                        throw new UncheckedIOException(new IOException("disk full"));
                    }
                });

        assertThatThrownBy(() -> failing.replace(file, CONTENT)).hasMessageContaining("disk full");

        assertThat(file).hasContent("old");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void whatIsThereIsNotCreatedOver() throws IOException {
        var file = directory.resolve("sub").resolve("file");
        new PrivateFiles().create(file, CONTENT);

        assertThatThrownBy(() -> new PrivateFiles().create(file, new byte[1]))
                .isInstanceOf(FileAlreadyExistsException.class);

        assertThat(file).hasBinaryContent(CONTENT);
    }

    @Test
    void aRemovedFileIsGone() throws IOException {
        var file = Files.writeString(directory.resolve("file"), "old");

        assertThat(new PrivateFiles().remove(file)).isTrue();
        assertThat(new PrivateFiles().remove(file)).isFalse();
    }

    @Test
    void anInterruptedWriterWritesToTheEnd() throws IOException {
        var file = directory.resolve("file");
        var writer = new PrivateFiles(step -> Thread.currentThread().interrupt());

        writer.replace(file, CONTENT);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(file).hasBinaryContent(CONTENT);
    }
}
