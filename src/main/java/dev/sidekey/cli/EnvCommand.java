package dev.sidekey.cli;

import dev.sidekey.config.AgentsConfig;
import dev.sidekey.config.HostPort;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.launch.AgentProxy;
import dev.sidekey.launch.ShellSyntax;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says what {@code run} sets, for a Sidekey that runs by itself. */
@Command(
        mixinStandardHelpOptions = true,
        description = "Print the variables that lead an agent through a running Sidekey.")
final class EnvCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--shell",
            paramLabel = "sh|fish|powershell|dotenv",
            description = "for whom (sh); dotenv is compose's env_file")
    private ShellSyntax shell = ShellSyntax.sh;

    @Option(
            names = "--agent",
            paramLabel = "NAME",
            description = "whose token is shown, where agents are named")
    private @Nullable String agent;

    @Spec private CommandSpec spec = CommandSpec.create();

    EnvCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        var config = options.load(null, environment);
        var out = spec.commandLine().getOut();
        variables(config).forEach((name, value) -> out.println(shell.line(name, value)));
        out.flush();
        return ExitStatus.OK;
    }

    private Map<String, String> variables(SidekeyConfig config) throws IOException {
        var listener = reachable(config.listen());
        var proxy = new AgentProxy(listener, credentials(config), listener);
        return new AgentVariables(config, environment)
                .of(proxy, config.stateDir().resolve("bundle"));
    }

    private static HostPort reachable(HostPort listener) {
        var isAnywhere = listener.host().equals("0.0.0.0") || listener.host().equals("::");
        return isAnywhere ? new HostPort("127.0.0.1", listener.port()) : listener;
    }

    private @Nullable Secret credentials(SidekeyConfig config) {
        if (!(config.agents() instanceof AgentsConfig.Named named)) {
            return config.proxyAuth();
        }
        var known = agent == null ? null : named.byName().get(agent);
        if (known == null || known.token() == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "say who the agent is with --agent: "
                            + String.join(", ", named.byName().keySet()));
        }
        return Secret.of(known.name() + ":" + known.token().reveal());
    }
}
