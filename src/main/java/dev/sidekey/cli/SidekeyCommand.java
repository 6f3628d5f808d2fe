package dev.sidekey.cli;

import dev.sidekey.config.ConfigException;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line's root: parses, delegates, and turns what went wrong into words and a status.
 */
@Command(
        name = "sidekey",
        description = "MCP authorization for agents that have none.",
        synopsisSubcommandLabel = "COMMAND")
public final class SidekeyCommand {
    private SidekeyCommand() {}

    /**
     * Runs a command line.
     *
     * @return exit status: 0 done, 1 failed, 2 usage or configuration, 3 not logged in
     */
    public static int run(Launcher launcher, Map<String, String> environment, String... arguments) {
        var line = new CommandLine(new SidekeyCommand());
        line.addSubcommand("serve", new ServeCommand(launcher, environment));
        line.addSubcommand("login", new LoginCommand(launcher, environment));
        line.addSubcommand("logout", new LogoutCommand(launcher, environment));
        line.addSubcommand("status", new StatusCommand(launcher, environment));
        line.addSubcommand("config", new ConfigCommand(environment));
        line.addSubcommand("healthcheck", new HealthcheckCommand(environment));
        line.addSubcommand("demo", new DemoCommand(launcher, environment));
        line.addSubcommand("version", new VersionCommand());
        line.setDefaultValueProvider(new EnvironmentDefaults(environment));
        line.setExecutionExceptionHandler(SidekeyCommand::explain);
        if (arguments.length == 0) {
            line.usage(line.getErr());
            return ExitStatus.USAGE;
        }
        return line.execute(arguments);
    }

    private static int explain(
            Exception failure, CommandLine line, CommandLine.ParseResult parsed) {
        var err = line.getErr();
        if (failure instanceof ConfigException config) {
            config.violations().forEach(violation -> err.println("sidekey: " + violation));
            return ExitStatus.USAGE;
        }
        err.println("sidekey: " + failure.getMessage());
        return ExitStatus.FAILED;
    }
}
