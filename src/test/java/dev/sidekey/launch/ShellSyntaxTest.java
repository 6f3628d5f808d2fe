package dev.sidekey.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A value comes out of a shell as it went in. */
class ShellSyntaxTest {
    static Stream<Arguments> shellsAndValues() {
        return Stream.of("sh", "fish")
                .flatMap(shell ->
                        Stream.of(
                                        "plain",
                                        "a b|c*",
                                        "it's",
                                        "$HOME `id` \\ \"x\"",
                                        "'",
                                        "\\",
                                        "\\'",
                                        "(id) {a,b} ~ #x; !!",
                                        "/Users/A B/it's here/ca.pem",
                                        "-Da=b\n-Dc=d",
                                        "")
                                .map(value -> Arguments.of(shell, value)));
    }

    @ParameterizedTest
    @MethodSource("shellsAndValues")
    void aShellReadsBackWhatWasWritten(String name, String value) throws Exception {
        assumeTrue(isThere(name), name + " is not installed");
        var script = ShellSyntax.valueOf(name).line("V", value) + "\nsh -c 'printf %s \"$V\"'\n";
        var shell = new ProcessBuilder(name).start();
        try (var in = shell.getOutputStream()) {
            in.write(script.getBytes(StandardCharsets.UTF_8));
        }

        var read = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(shell.waitFor()).isZero();
        assertThat(read).isEqualTo(value);
    }

    private static boolean isThere(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
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
