package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of what happens when, in docs/replicas.md, names tests that there are. */
final class FailureTableTest {
    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");

    @Test
    void everyCaseNamesATestThatShowsIt() throws Exception {
        var text = Files.readString(Path.of("docs", "replicas.md"));
        var table = text.substring(text.indexOf("| what | what happens | shown by |"));
        var sources = sources();

        table.lines()
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .forEach(line -> {
                    var names = NAMED.matcher(line);
                    assertThat(names.find()).as("names a test: " + line).isTrue();
                    do {
                        assertThat(sources.getOrDefault(names.group(1), ""))
                                .as(names.group())
                                .contains("void " + names.group(2) + "(");
                    } while (names.find());
                });
    }

    private static Map<String, String> sources() throws IOException {
        var sources = new HashMap<String, String>();
        try (var files = Files.walk(TESTS)) {
            for (var file : files.filter(one -> one.toString().endsWith(".java")).toList()) {
                var name = file.getFileName().toString().replace(".java", "");
                sources.put(name, Files.readString(file));
            }
        }
        return sources;
    }
}
