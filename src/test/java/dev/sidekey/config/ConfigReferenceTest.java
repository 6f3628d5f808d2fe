package dev.sidekey.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The written reference is the loaded one. `make docs` (-Dsidekey.docs=write) writes it anew. */
class ConfigReferenceTest {

    @Test
    void theReferenceSaysWhatTheRecordsSay() throws IOException {
        same(Path.of("docs", "configuration.md"), ConfigReference.markdown());
    }

    @Test
    void theSchemaSaysWhatTheRecordsSay() throws IOException {
        same(Path.of("docs", "sidekey.schema.json"), ConfigReference.schema());
    }

    private static void same(Path file, String content) throws IOException {
        if ("write".equals(System.getProperty("sidekey.docs"))) {
            Files.writeString(file, content);
        }
        assertThat(Files.readString(file)).as("stale: run `make docs`").isEqualTo(content);
    }
}
