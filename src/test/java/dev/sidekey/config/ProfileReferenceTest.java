package dev.sidekey.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/provider-profiles.md says what the jar holds; {@code make docs} writes it. */
class ProfileReferenceTest {

    @Test
    void thePageSaysWhatTheProfilesSay() throws IOException {
        var page = Path.of("docs", "provider-profiles.md");
        if ("write".equals(System.getProperty("sidekey.docs"))) {
            Files.writeString(page, ProfileReference.markdown());
        }
        assertThat(Files.readString(page))
                .as("stale: run `make docs`")
                .isEqualTo(ProfileReference.markdown());
    }
}
