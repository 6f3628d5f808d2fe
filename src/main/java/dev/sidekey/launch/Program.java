package dev.sidekey.launch;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What stands behind a command's first word, before anything is started for it. */
public enum Program {
    /** It can be started. */
    FOUND(0),
    /** It is there, and may not be executed (status 126, as shells have it). */
    NOT_EXECUTABLE(126),
    /** There is none (status 127). */
    NOT_FOUND(127);

    private final int status;

    Program(int status) {
        this.status = status;
    }

    /** What a shell would exit with. */
    public int status() {
        return status;
    }

    /**
     * Looks for a program as execvp does.
     *
     * @param word a path where it holds a slash, else a name in the directories of PATH
     */
    public static Program find(String word, Map<String, String> environment) {
        if (word.contains("/")) {
            return at(Path.of(word));
        }
        var best = NOT_FOUND;
        for (var directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            var found = word.isEmpty() ? NOT_FOUND : at(Path.of(directory, word));
            if (found == FOUND) {
                return FOUND;
            }
            // a directory of that name on the way is not what was meant
            best = found == NOT_EXECUTABLE && isFile(directory, word) ? NOT_EXECUTABLE : best;
        }
        return best;
    }

    private static boolean isFile(String directory, String word) {
        return Files.isRegularFile(Path.of(directory, word));
    }

    private static Program at(Path file) {
        if (!Files.exists(file)) {
            return NOT_FOUND;
        }
        return Files.isRegularFile(file) && Files.isExecutable(file) ? FOUND : NOT_EXECUTABLE;
    }
}
