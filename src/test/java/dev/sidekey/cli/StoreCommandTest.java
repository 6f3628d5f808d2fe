package dev.sidekey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        assertThat(sidekey.out.toString()).isEqualTo("took sealed under open sesame\n");
    }
}
