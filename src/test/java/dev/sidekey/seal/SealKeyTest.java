package dev.sidekey.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealKeyTest {
    @TempDir Path directory;

    @Test
    void aKeyComesInEitherAlphabetWithSpaceAround() {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) 0xfb);
        var common = Base64.getEncoder().encodeToString(bytes);
        var url = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);

        var key = SealKey.parse(Secret.of(" " + common + "\n"));

        assertThat(SealKey.parse(Secret.of(url))).isEqualTo(key).hasSameHashCodeAs(key);
        assertThat(SealKey.random()).isNotEqualTo(key);
        assertThat(key.toString()).doesNotContain(common);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c2hvcnQ=",
                "not base64!",
                "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"
            })
    void whatIsNoKeyIsToldWithARemedyAndNotShown(String text) {
        assertThatThrownBy(() -> SealKey.parse(Secret.of(text)))
                .isInstanceOf(SealException.class)
                .hasMessageContaining("SIDEKEY_KEY_FILE")
                .hasMessageContaining("openssl rand -base64 32")
                .satisfies(e -> assertThat(text.isEmpty() || !e.toString().contains(text)).isTrue())
                .hasNoCause();
    }

    @Test
    void aKeyFileThatHoldsNoneIsNamed() throws IOException {
        var file = Files.writeString(directory.resolve("key"), "nonsense");
        var unreadable = Files.createDirectory(directory.resolve("unreadable"));
        var below = file.resolve("below");

        for (var path : new Path[] {file, unreadable, below}) {
            assertThatThrownBy(() -> SealKey.ofFile(path))
                    .isInstanceOf(SealException.class)
                    .hasMessageContaining(path.toString());
        }
    }

    @Test
    void allWhoStartAtOnceGetTheSameKey() throws Exception {
        var file = directory.resolve("new").resolve("key");
        var keys = new HashSet<SealKey>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<SealKey> start = () -> SealKey.ofFile(file);
            for (var started :
                    threads.invokeAll(IntStream.range(0, 16).mapToObj(i -> start).toList())) {
                keys.add(started.get());
            }
        }

        assertThat(keys).hasSize(1);
        try (var files = Files.list(file.getParent())) {
            assertThat(files).as("no temporary file is left").containsExactly(file);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }
}
