package dev.sidekey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The store's verbs on the command line. */
class StoreCommandTest {
    @TempDir Path dir;

    private RecordingRun sidekey;

    @BeforeEach
    void prepare() {
        sidekey = new RecordingRun(dir);
    }

    @Test
    void aVerbIsAskedFor() {
        assertThat(sidekey.line("store")).isEqualTo(2);
        assertThat(sidekey.err.toString()).contains("store export").contains("store import");
    }

    @Test
    void noPassphraseIsMisuseAndNothingIsWritten() {
        var file = dir.resolve("export");

        assertThat(sidekey.line("store", "export", file.toString())).isEqualTo(2);

        assertThat(sidekey.err.toString())
                .contains("SIDEKEY_PASSPHRASE")
                .contains("--passphrase-file");
        assertThat(file).doesNotExist();
    }

    @Test
    void whatIsExportedIsTheOwnersAloneAndGoesBackIn() throws Exception {
        var file = dir.resolve("export");
        var passphrase = Files.writeString(dir.resolve("passphrase"), "open sesame\n");

        assertThat(sidekey.line("store", "export", "--passphrase-file=" + passphrase, "" + file))
                .as("%s", sidekey.err)
                .isZero();
        assertThat(file).content().isEqualTo("sealed under open sesame");
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);

        sidekey.environment.put("SIDEKEY_PASSPHRASE", "open sesame");
        assertThat(sidekey.line("store", "import", "" + file)).isZero();
        assertThat(sidekey.line("store", "import", "--replace", "" + file)).isZero();
        assertThat(sidekey.out.toString())
                .isEqualTo("took sealed under open sesame\nreplaced by sealed under open sesame\n");
    }

    @ParameterizedTest
    @CsvSource({
        "move-job.yaml, /spec/template/spec/initContainers/0",
        "move-job.yaml, /spec/template/spec/containers/0",
        "import-values.yaml, /initContainers/0"
    })
    void theStepsOfPodsInTheExamplesAreWellSaid(String file, String container) throws Exception {
        Files.writeString(dir.resolve("url"), "redis://redis:6379");
        Files.writeString(dir.resolve("key"), Base64.getEncoder().encodeToString(new byte[32]));
        Files.writeString(dir.resolve("passphrase"), "open sesame");
        Files.writeString(dir.resolve("export"), "sealed");
        var yaml = new YAMLMapper().readTree(Path.of("helm", "examples", file).toFile());
        var arguments = new ArrayList<String>();
        yaml.at(container)
                .path("args")
                .forEach(one -> arguments.add(one.asText().replaceFirst("/run/.*/", dir + "/")));

        assertThat(arguments).startsWith("store");
        assertThat(sidekey.line(arguments.toArray(String[]::new))).as("%s", sidekey.err).isZero();
    }
}
