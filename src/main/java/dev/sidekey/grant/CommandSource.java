package dev.sidekey.grant;

import dev.sidekey.grant.TokenSources.Got;
import dev.sidekey.grant.TokenSources.Sourced;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a command that prints a token: an argument vector, never a shell. What it prints is a secret
 * and shown nowhere, its error output included. Blocks; virtual threads only.
 */
public final class CommandSource {
    private static final int LONGEST = 64 * 1024;
    private static final File NOTHING = new File(File.separatorChar == '\\' ? "NUL" : "/dev/null");

    private final Duration limit;

    /**
     * Makes it.
     *
     * @param limit how long a command may take
     */
    public CommandSource(Duration limit) {
        this.limit = limit;
    }

    /** Runs one to its end. */
    Sourced run(String key, List<String> command) {
        var program = command.getFirst();
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectInput(Redirect.from(NOTHING))
                            .redirectError(Redirect.DISCARD)
                            .start();
        } catch (IOException e) {
            return TokenSources.unusable(
                    key, program + " cannot be run", "Name a program by its whole path.");
        }
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return TokenSources.unusable(
                        key,
                        program + " has not ended within " + limit.toMillis() + " ms",
                        "Make it faster, or raise limits.oauth-timeout.");
            }
            return printed(key, program, process);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return TokenSources.unusable(key, program + " was interrupted", "Try again.");
        } catch (IOException e) {
            return TokenSources.unusable(
                    key, "what " + program + " printed cannot be read", "Try again.");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static Sourced printed(String key, String program, Process process) throws IOException {
        int status = process.exitValue();
        if (status != 0) {
            return TokenSources.unusable(
                    key,
                    program + " ended with status " + status,
                    "Run it by hand as the user that Sidekey runs as.");
        }
        var token = TokenSources.token(text(process.getInputStream()));
        return token == null
                ? TokenSources.unusable(
                        key,
                        program + " printed no token",
                        "It must print the token, nothing else.")
                : new Got(token);
    }

    /** What lies in the pipe; a child that was left behind with it must not keep us waiting. */
    private static String text(InputStream pipe) throws IOException {
        var bytes = new byte[LONGEST];
        int length = 0;
        while (length < LONGEST && pipe.available() > 0) {
            length += pipe.read(bytes, length, LONGEST - length);
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
