package dev.sidekey.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidekey.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container beside Sidekey finds in the directory that they share. */
class SharedTrustTest {
    @TempDir Path work;

    private TestConfig config() {
        var config = new TestConfig(work.resolve("state")).upstream("a", "https://mcp.test/mcp");
        config.trustDir = work.resolve("trust");
        return config;
    }

    @Test
    void itHoldsOurCaForEveryUserAndNothingThatIsSecret() throws Exception {
        SharedTrust.write(config().build());

        try (var files = Files.list(work.resolve("trust"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("roots.pem", "additions.pem", "roots.p12");
        }
        var ca = Files.readString(work.resolve("state").resolve("ca.pem"));
        for (var name : new String[] {"roots.pem", "additions.pem"}) {
            var file = work.resolve("trust").resolve(name);
            assertThat(Files.readString(file)).contains(ca).doesNotContain("PRIVATE KEY");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-r--r--");
        }
        var store =
                KeyStore.getInstance(
                        work.resolve("trust").resolve("roots.p12").toFile(),
                        "changeit".toCharArray());
        assertThat(store.containsAlias("sidekey-0")).isTrue();
    }

    @Test
    void anotherStartOnTheSameStateGivesTheSameCa() throws Exception {
        SharedTrust.write(config().build());
        var first = Files.readString(work.resolve("trust").resolve("additions.pem"));

        SharedTrust.write(config().build());

        assertThat(work.resolve("trust").resolve("additions.pem")).hasContent(first);
    }

    @Test
    void whatHindersItIsSaidWithTheSettingAndARemedy() throws Exception {
        var config = config();
        config.trustDir = Files.createFile(work.resolve("file"));

        assertThatThrownBy(() -> SharedTrust.write(config.build()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("trust-dir " + work.resolve("file"))
                .hasMessageContaining("Make it writable");
    }

    @Test
    void nothingIsWrittenWhereNothingIsShared() throws Exception {
        var config = config();
        config.trustDir = null;

        SharedTrust.write(config.build());

        assertThat(work).isEmptyDirectory();
    }
}
