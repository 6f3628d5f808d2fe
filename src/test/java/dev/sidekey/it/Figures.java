package dev.sidekey.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a run measured, in {@code docs/replicas.md} between two marks. Written with {@code
 * -Dsidekey.docs=write} only: a run of CI changes no file.
 */
final class Figures {
    private static final Path PAGE = Path.of("docs", "replicas.md");

    private Figures() {}

    /** Prints the text, and puts it where the page has the marks of this name. */
    static void say(String name, String text) throws IOException {
        System.out.println(text);
        if (!"write".equals(System.getProperty("sidekey.docs"))) {
            return;
        }
        var page = Files.readString(PAGE);
        var begins = "<!-- " + name + " -->\n";
        var ends = "<!-- end of " + name + " -->";
        int from = page.indexOf(begins) + begins.length();
        int to = page.indexOf(ends);
        if (from < begins.length() || to < from) {
            throw new IOException(PAGE + " has no place for " + name);
        }
        Files.writeString(PAGE, page.substring(0, from) + text + page.substring(to));
    }
}
