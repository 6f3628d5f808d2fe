package dev.sidekey.cli;

import dev.sidekey.config.ConfigException;
import dev.sidekey.config.UpstreamCheck;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/**
 * The command line's root: parses, delegates, and turns what went wrong into words and a status.
 */
@Command(
        name = "sidekey",
        mixinStandardHelpOptions = true,
        description = "MCP authorization for agents that have none.",
        synopsisSubcommandLabel = "COMMAND")
public final class SidekeyCommand {
    private final UpstreamCheck check;

    private SidekeyCommand(UpstreamCheck check) {
        this.check = check;
    }

    /** What is asked of each upstream's settings. */
    UpstreamCheck check() {
        return check;
    }

    /**
     * Runs a command line.
     *
     * @return exit status: 0 done, 1 failed, 2 usage or configuration, 3 not logged in
     */
    public static int run(Launcher launcher, Map<String, String> environment, String... arguments) {
        return run(line(launcher, environment, arguments), arguments);
    }

    static int run(CommandLine line, String... arguments) {
        if (arguments.length == 0) {
            line.usage(line.getErr());
            return ExitStatus.USAGE;
        }
        return line.execute(arguments);
    }

    /** With all commands. */
    static CommandLine line(Launcher launcher, Map<String, String> environment) {
        var line = new CommandLine(new SidekeyCommand(launcher.upstreamCheck()));
        commands(launcher, environment)
                .forEach((name, command) -> line.addSubcommand(name, command.get()));
        return finish(line, environment);
    }

    /** As above with the one command that is named: to make all of them is a tenth of a start. */
    private static CommandLine line(
            Launcher launcher, Map<String, String> environment, String... arguments) {
        var named =
                arguments.length == 0 ? null : commands(launcher, environment).get(arguments[0]);
        if (named == null) {
            return line(launcher, environment);
        }
        var line = new CommandLine(new SidekeyCommand(launcher.upstreamCheck()));
        line.addSubcommand(arguments[0], named.get());
        return finish(line, environment);
    }

    private static Map<String, Supplier<Object>> commands(
            Launcher launcher, Map<String, String> environment) {
        var commands = new LinkedHashMap<String, Supplier<Object>>();
        commands.put("serve", () -> new ServeCommand(launcher, environment));
        commands.put("run", () -> RunCommand.line(launcher, environment));
        commands.put("env", () -> new EnvCommand(environment));
        commands.put("ca", () -> CaCommand.line(environment));
        commands.put("login", () -> new LoginCommand(launcher, environment));
        commands.put("logout", () -> new LogoutCommand(launcher, environment));
        commands.put("status", () -> new StatusCommand(launcher, environment));
        commands.put("explain", () -> new ExplainCommand(launcher, environment));
        commands.put(
                "config",
                () ->
                        new CommandLine(new ConfigCommand())
                                .addSubcommand("validate", new ValidateCommand(environment)));
        commands.put("store", () -> StoreCommand.line(launcher, environment));
        commands.put("healthcheck", () -> new HealthcheckCommand(environment));
        commands.put("demo", () -> new DemoCommand(launcher, environment));
        commands.put("version", VersionCommand::new);
        return commands;
    }

    private static CommandLine finish(CommandLine line, Map<String, String> environment) {
        // a command's own argument may begin with @, as in curl -d @file
        line.setExpandAtFiles(false);
        line.setDefaultValueProvider(new EnvironmentDefaults(environment));
        line.setExecutionExceptionHandler(SidekeyCommand::explain);
        line.setParameterExceptionHandler(SidekeyCommand::misused);
        line.getSubcommands().values().forEach(SidekeyCommand::addVersion);
        addVersion(line);
        return line;
    }

    private static int explain(
            Exception failure, CommandLine line, CommandLine.ParseResult parsed) {
        var err = line.getErr();
        // demo starts its servers first and cannot throw this one as it is
        var reason = failure.getCause() instanceof ConfigException ? failure.getCause() : failure;
        if (reason instanceof ConfigException config) {
            config.violations().forEach(violation -> err.println("sidekey: " + violation));
            return ExitStatus.USAGE;
        }
        var message = failure.getMessage();
        err.println("sidekey: " + (message == null ? failure.getClass().getName() : message));
        return ExitStatus.FAILED;
    }

    private static int misused(ParameterException failure, String[] arguments) {
        var line = failure.getCommandLine();
        line.getErr().println("sidekey: " + failure.getMessage());
        line.getErr().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        return ExitStatus.USAGE;
    }

    private static void addVersion(CommandLine line) {
        line.getCommandSpec().version("sidekey " + Launcher.version());
    }
}
