package dev.sidekey.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A value comes out of a shell as it went in. */
class ShellSyntaxTest {
    private static final List<String> VALUES =
            List.of(
                    "plain",
                    "a b|c*",
                    "it's",
                    "$HOME `id` \\ \"x\"",
                    "it's $HOME",
                    "'",
                    "\\",
                    "\\'",
                    "C:\\new\\",
                    "(id) {a,b} ~ #x; !!",
                    "/Users/A B/it's here/ca.pem",
                    "/Users/Ada’s Mac/ca.pem",
                    "-Da=b\n-Dc=d",
                    " around ",
                    "");

    @TempDir Path work;

    /** PowerShell is none of what the tests' machines can install. */
    @ParameterizedTest
    @EnumSource(names = {"sh", "fish", "dotenv"})
    void whatIsReadBackIsWhatWasWritten(ShellSyntax syntax) throws Exception {
        var values = new LinkedHashMap<String, String>();
        VALUES.forEach(value -> values.put("V" + values.size(), value));
        var lines =
                values.entrySet().stream()
                        .map(one -> syntax.line(one.getKey(), one.getValue()) + "\n")
                        .collect(Collectors.joining());

        assertThat(Evaluated.by(syntax, lines, work)).containsAllEntriesOf(values);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            delimiter = ';',
            value = {
                "fish; it's\\ ; set -gx V 'it\\'s\\\\'",
                "powershell; it's $HOME `id` ; $Env:V = 'it''s $HOME `id`'",
                "powershell; /Users/Ada’s ‘Mac‚‛ ; $Env:V = '/Users/Ada’’s ‘‘Mac‚‚‛‛'",
                "dotenv; http://u:p@127.0.0.1:1 ; V=http://u:p@127.0.0.1:1",
                "dotenv; -Da=b|*.c -Dd=e ; V=-Da=b|*.c -Dd=e",
                "dotenv; $HOME ; V='$HOME'",
                "dotenv; `id` ; V='`id`'",
                "dotenv; it's ; V=it's",
                "dotenv; it's #1 ; V=\"it's #1\"",
                "dotenv; a\"b\\ ; V=a\"b\\",
                "dotenv; \"a\" ; V='\"a\"'",
                "dotenv; a #b ; V='a #b'"
            })
    void eachQuotesItsWay(ShellSyntax shell, String value, String line) {
        assertThat(shell.line("V", value)).isEqualTo(line);
    }
}
