package dev.sidekey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The CA by hand. */
class CaCommandTest {
    private static final String UPSTREAM = "--upstream=a=https://mcp.example.com/mcp";

    @TempDir Path dir;

    private RecordingRun sidekey;

    @BeforeEach
    void prepare() {
        sidekey = new RecordingRun(dir);
    }

    private String said() {
        var said = sidekey.out.toString();
        sidekey.out.getBuffer().setLength(0);
        return said;
    }

    @Test
    void initMakesItOnceAndShowSaysWhatItIs() {
        assertThat(sidekey.line("ca", "show")).isEqualTo(1);
        assertThat(said()).contains("sidekey ca init");

        assertThat(sidekey.line("ca", "init", UPSTREAM)).isZero();
        var made = said();
        assertThat(made)
                .contains("Sidekey local CA")
                .contains("for         mcp.example.com\n")
                .contains("key         signs\n")
                .containsPattern("sha256 +([0-9A-F]{2}:){31}[0-9A-F]{2}\n")
                .contains("Agents trust " + dir.resolve("sidekey/ca.pem"));
        assertThat(sidekey.line("ca", "init", UPSTREAM)).isZero();
        assertThat(said()).isEqualTo(made);
        assertThat(sidekey.line("ca", "show")).isZero();
        assertThat(said()).isEqualTo(made);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    *.example.com        | example.com
                    *.example.com:8443   | example.com
                    a.example.com:443    | a.example.com
                    2001:db8::1          | 2001:db8:0:0:0:0:0:1
                    [2001:db8::1]:8443   | 2001:db8:0:0:0:0:0:1
                    2001:db8:0:0:0:0:0:1 | 2001:db8:0:0:0:0:0:1
                    8443                 | any host
                    10.0.0.0/8           | any host
                    """)
    void aPatternIsWhatTheCaMaySpeakFor(String pattern, String shown) {
        assertThat(sidekey.line("ca", "init", "--intercept", pattern)).isZero();

        assertThat(said()).contains("for         " + shown + "\n");
    }

    @Test
    void withoutHostsThereIsNothingToMake() {
        assertThat(sidekey.line("ca", "init")).isEqualTo(2);
        assertThat(sidekey.err.toString()).contains("--upstream NAME=URL");
        assertThat(sidekey.line("ca", "export")).isEqualTo(1);
        assertThat(sidekey.line("ca")).isEqualTo(2);
    }

    @Test
    void rotationKeepsTheOldCertificateOrTakesItOut() {
        assertThat(sidekey.line("ca", "init", UPSTREAM)).isZero();
        said();

        assertThat(sidekey.line("ca", "rotate", UPSTREAM)).isZero();
        assertThat(said()).contains("signs").contains("destroyed");
        assertThat(sidekey.line("ca", "rotate", UPSTREAM, "--distrust-old")).isZero();
        assertThat(said()).contains("signs").doesNotContain("destroyed");
    }

    @Test
    void exportWritesTheCaAloneOrWithAllOtherRoots() {
        assertThat(sidekey.line("ca", "export", UPSTREAM)).isZero();
        var alone = said();
        assertThat(dir.resolve("sidekey/ca.pem")).content().isEqualTo(alone);

        assertThat(sidekey.line("ca", "export", UPSTREAM, "--format=bundle")).isZero();
        assertThat(said()).endsWith(alone).hasSizeGreaterThan(20 * alone.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pkcs12", "jks"})
    void keyStoresGoToAFile(String format) throws Exception {
        assertThat(sidekey.line("ca", "export", UPSTREAM, "--format", format)).isEqualTo(2);
        assertThat(sidekey.err.toString()).contains("--out");
        var file = dir.resolve("store");
        assertThat(sidekey.line("ca", "export", UPSTREAM, "--format", format, "--out", "" + file))
                .isZero();

        var store = KeyStore.getInstance(format);
        try (var in = Files.newInputStream(file)) {
            store.load(in, "changeit".toCharArray());
        }
        assertThat(store.containsAlias("sidekey-0")).isTrue();
    }
}
