package dev.sidekey.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command with our terminal, our standard streams and our process group, so that its job control
 * is its own: what the terminal sends (INT, QUIT, TSTP, WINCH) it gets from the terminal. Signals
 * that are sent to this process alone are passed on to it, and end nothing here.
 */
public final class RunningCommand {
    /** QUIT is not among them: the JVM keeps it for thread dumps. */
    private static final List<String> PASSED_ON =
            List.of("INT", "TERM", "HUP", "WINCH", "USR1", "USR2");

    private final List<String> early = new ArrayList<>();
    private @Nullable Process process;

    private RunningCommand() {}

    /**
     * Starts a command.
     *
     * @param variables set beside what this process inherited
     * @param secrets variables that are not the command's to see
     * @throws IOException when the system does not start it
     */
    public static RunningCommand start(
            List<String> command, Map<String, String> variables, Set<String> secrets)
            throws IOException {
        var builder = new ProcessBuilder(command).inheritIO();
        builder.environment().keySet().removeAll(secrets);
        builder.environment().putAll(variables);
        var running = new RunningCommand();
        // before the command is there: a signal in between would end us and not the command
        PASSED_ON.forEach(name -> Signals.hear(name, running::onSignal));
        running.started(builder.start());
        return running;
    }

    private synchronized void started(Process process) {
        this.process = process;
        early.forEach(name -> send(process, name));
    }

    private synchronized void onSignal(String name) {
        if (name.equals("INT") && isTerminals()) {
            return;
        }
        if (process == null) {
            early.add(name);
        } else {
            send(process, name);
        }
    }

    /**
     * Whether an interrupt was the terminal's, which sends it to the whole foreground group and so
     * to the command as well. A second one would be another meaning to many programs.
     */
    private static boolean isTerminals() {
        try {
            var stat = Files.readString(Path.of("/proc/self/stat"));
            // state, parent, group, session, terminal, foreground group; the name may hold anything
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[2].equals(fields[5]);
        } catch (IOException noLinux) {
            return Optional.ofNullable(System.console()).isPresent();
        }
    }

    private static void send(Process process, String name) {
        var kill = List.of("sh", "-c", "kill -s \"$1\" \"$2\"", "sh", name, "" + process.pid());
        try {
            if (process.isAlive()) {
                // the JVM itself can send TERM and KILL only
                new ProcessBuilder(kill)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            }
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Its process, for whoever has to know it and those below it. */
    public ProcessHandle process() {
        return started().toHandle();
    }

    private synchronized Process started() {
        return Objects.requireNonNull(process, "started by start");
    }

    /** Waits for its end: its own status, or 128 and the number of the signal that ended it. */
    public int await() throws InterruptedException {
        return started().waitFor();
    }
}
