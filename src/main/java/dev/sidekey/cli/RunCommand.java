package dev.sidekey.cli;

import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.launch.AgentProxy;
import dev.sidekey.launch.JvmListener;
import dev.sidekey.launch.Program;
import dev.sidekey.launch.RunDirectory;
import dev.sidekey.launch.RunningCommand;
import dev.sidekey.telemetry.Logging;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a command with its traffic through a Sidekey of its own. */
@Command(
        mixinStandardHelpOptions = true,
        description = "Run a command whose MCP servers Sidekey logs in to.")
final class RunCommand implements Callable<Integer> {
    private final Launcher launcher;
    private final Map<String, String> environment;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--no-proxy-auth",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "false",
            description = "whoever reaches the port may use it, not the command alone")
    private boolean proxyAuth = true;

    @Parameters(
            arity = "1..*",
            paramLabel = "COMMAND",
            description = "the command and its arguments, after --")
    private List<String> command = List.of();

    @Spec private CommandSpec spec = CommandSpec.create();

    private RunCommand(Launcher launcher, Map<String, String> environment) {
        this.launcher = launcher;
        this.environment = environment;
    }

    static CommandLine line(Launcher launcher, Map<String, String> environment) {
        var line = new CommandLine(new RunCommand(launcher, environment));
        // the command's own options are not ours, -- or not
        return line.setStopAtPositional(true);
    }

    @Override
    public Integer call() throws Exception {
        var program = Program.find(command.getFirst(), environment);
        if (program != Program.FOUND) {
            return refuse(program);
        }
        var loaded = new RunConfiguration(options, environment, proxyAuth).load();
        var config = loaded.config();
        if (config.upstreams().isEmpty() && config.egress().intercept().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "no upstream is configured: give --upstream NAME=URL, --intercept PATTERN or --config FILE");
        }
        // lines for people, whatever stderr is: they stand among those of the command
        Logging.configure(config.log(), true);
        try (var directory = RunDirectory.create(config.stateDir());
                var jvms = JvmListener.bind(config.listen(), config.proxyAuth())) {
            var variables = variables(config, directory, jvms);
            var run = new Launcher.Run(config, loaded.callback(), () -> remove(directory));
            return launcher.run(run, _ -> await(variables, jvms));
        }
    }

    private int await(Map<String, String> variables, @Nullable JvmListener jvms)
            throws IOException, InterruptedException {
        var running = RunningCommand.start(command, variables, Variables.SECRETS.keySet());
        if (jvms != null) {
            jvms.serve(running.process());
        }
        return running.await();
    }

    private int refuse(Program program) {
        var reason =
                program == Program.NOT_FOUND
                        ? "there is no such command"
                        : "it may not be executed";
        spec.commandLine()
                .getErr()
                .println("sidekey: cannot run " + command.getFirst() + ": " + reason);
        return program.status();
    }

    private Map<String, String> variables(
            SidekeyConfig config, RunDirectory directory, @Nullable JvmListener jvms)
            throws IOException {
        var proxy =
                new AgentProxy(
                        config.listen(),
                        config.proxyAuth(),
                        jvms == null ? config.listen() : jvms.address());
        return new AgentVariables(config, environment).of(proxy, directory.path());
    }

    private static void remove(RunDirectory directory) {
        try {
            directory.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
