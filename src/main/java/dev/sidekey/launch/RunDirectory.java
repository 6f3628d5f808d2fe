package dev.sidekey.launch;

import dev.sidekey.seal.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * The files of one run, in {@code STATE_DIR/run/PID}. They go with it; what a run that was killed
 * left behind goes with the next one.
 */
public final class RunDirectory implements AutoCloseable {
    private final Path directory;

    private RunDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes one for this process.
     *
     * @throws IOException when the state directory cannot be written; the message says what to do
     */
    public static RunDirectory create(Path stateDir) throws IOException {
        var runs = stateDir.resolve("run");
        try {
            PrivateFiles.directory(runs);
            sweep(runs);
            var own = runs.resolve(Long.toString(ProcessHandle.current().pid()));
            PrivateFiles.directory(own);
            return new RunDirectory(own);
        } catch (IOException e) {
            throw new IOException(
                    "state-dir: cannot write to %s (%s); make it writable, or name another with --state-dir"
                            .formatted(stateDir, e),
                    e);
        }
    }

    private static void sweep(Path runs) throws IOException {
        for (var left : list(runs)) {
            var name = left.getFileName().toString();
            var isRunning =
                    name.matches("\\d{1,18}") && ProcessHandle.of(Long.parseLong(name)).isPresent();
            if (!isRunning) {
                remove(left);
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    private static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (var all = Files.walk(directory)) {
            for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
                // another run may sweep the same
                Files.deleteIfExists(file);
            }
        }
    }

    /** Where this run's files go. */
    public Path path() {
        return directory;
    }

    /** Removes them; a second time does nothing. */
    @Override
    public void close() throws IOException {
        remove(directory);
    }
}
