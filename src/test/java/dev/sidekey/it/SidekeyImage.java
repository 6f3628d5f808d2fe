package dev.sidekey.it;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;

/** The image that docker/build makes of this checkout. */
final class SidekeyImage {
    static final String NAME = "sidekey:dev";

    private static boolean built;

    private SidekeyImage() {}

    /**
     * Builds the image once a run; what has not changed comes from the engine's cache. Skips the
     * test, and says so, where no engine answers.
     */
    static synchronized void build() throws IOException, InterruptedException {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            var why =
                    "No Docker Engine answers here: nothing is shown of the image."
                            + " On Debian, .ci/docker-engine makes one.";
            System.err.println(why);
            Assumptions.abort(why);
        }
        if (!built) {
            run("docker/build");
            built = true;
        }
    }

    /** Runs a program of this checkout to its end; its output is kept in target/image.log. */
    static void run(String... command) throws IOException, InterruptedException {
        var log = Path.of("target", "image.log").toFile();
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                        .start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed; see " + log);
        }
    }
}
