package dev.sidekey.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** How many files a process may have here, of which a proxied stream takes two. */
final class Descriptors {
    /** What is asked for, where there are descriptors enough. */
    private static final int STREAMS = 10_000;

    private static final int OTHERS = 2_000;
    private static final Pattern LIMIT = Pattern.compile("(?m)^Max open files +(\\d+)");

    private Descriptors() {}

    static int most() throws IOException {
        var limit = LIMIT.matcher(Files.readString(Path.of("/proc/self/limits")));
        return limit.find() ? Integer.parseInt(limit.group(1)) : 1024;
    }

    /** So many streams a proxy can have at a time. */
    static int streams() throws IOException {
        return Math.min(STREAMS, (most() - OTHERS) / 2);
    }
}
