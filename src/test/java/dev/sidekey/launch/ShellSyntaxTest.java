package dev.sidekey.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A value comes out of a shell as it went in. */
class ShellSyntaxTest {
    @ParameterizedTest
    @ValueSource(strings = {"plain", "a b|c*", "it's", "$HOME `id` \\ \"x\"", "'", ""})
    void shReadsBackWhatWasWritten(String value) throws Exception {
        var script = ShellSyntax.sh.line("V", value) + "\nprintf %s \"$V\"";
        var shell = new ProcessBuilder("sh", "-c", script).start();

        var read = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(shell.waitFor()).isZero();
        assertThat(read).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            delimiter = ';',
            value = {
                "fish; it's\\ ; set -gx V 'it\\'s\\\\'",
                "powershell; it's ; $Env:V = 'it''s'",
                "dotenv; http://u:p@127.0.0.1:1 ; V=http://u:p@127.0.0.1:1",
                "dotenv; -Da=b|*.c -Dd=e ; V=-Da=b|*.c -Dd=e",
                "dotenv; $HOME ; V='$HOME'",
                "dotenv; a #b ; V='a #b'"
            })
    void theOthersQuoteTheirWay(ShellSyntax shell, String value, String line) {
        assertThat(shell.line("V", value)).isEqualTo(line);
    }

    @Test
    void noLineOfAComposeFileIsBroken() {
        assertThat(ShellSyntax.dotenv.line("V", "a\"b")).isEqualTo("V='a\"b'");
    }
}
