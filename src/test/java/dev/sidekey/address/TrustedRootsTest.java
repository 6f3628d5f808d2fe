package dev.sidekey.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runtime's roots wait for the first use; what is wrong with {@code ca-file} does not. */
class TrustedRootsTest {
    @TempDir Path work;

    @Test
    void aFileThatHoldsNoCertificateIsRefusedBeforeAnyUse() throws IOException {
        var file =
                Files.writeString(
                        work.resolve("ca.pem"),
                        """
                        -----BEGIN CERTIFICATE-----
                        bm8gY2VydGlmaWNhdGU=
                        -----END CERTIFICATE-----
                        """);

        assertThatThrownBy(() -> TrustedRoots.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ca-file " + file + " holds no usable certificate");
    }

    @Test
    void aFileThatIsNotThereIsRefusedBeforeAnyUse() {
        assertThatThrownBy(() -> TrustedRoots.load(work.resolve("none.pem")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void withoutAFileTheRuntimesRootsAreTrusted() throws IOException {
        assertThat(TrustedRoots.load(null).manager().getAcceptedIssuers()).hasSizeGreaterThan(50);
    }
}
