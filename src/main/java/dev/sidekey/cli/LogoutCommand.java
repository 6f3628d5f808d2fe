package dev.sidekey.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Drops credentials, and revokes them where the server offers that. */
@Command(mixinStandardHelpOptions = true, description = "Log out of an upstream.")
final class LogoutCommand implements Callable<Integer> {
    private final Launcher launcher;
    private final Map<String, String> environment;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Parameters(
            paramLabel = "NAME|URL",
            description = "the upstream; 'default' is that of serve URL")
    private String upstream = "";

    @Option(
            names = "--agent",
            paramLabel = "NAME",
            description = "whose credentials, where agents are named")
    private @Nullable String agent;

    @Spec private CommandSpec spec = CommandSpec.create();

    LogoutCommand(Launcher launcher, Map<String, String> environment) {
        this.launcher = launcher;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        var url = upstream.contains("://") ? upstream : null;
        return Asking.ask(launcher, options.load(url, environment), this::logout);
    }

    private int logout(AdminClient client) throws Exception {
        var answer = client.logout(upstream, agent);
        var out = spec.commandLine().getOut();
        if (answer == null) {
            out.println("no upstream is called " + upstream);
            out.flush();
            return ExitStatus.USAGE;
        }
        out.println(
                "dropped %d credentials of %s, revoked %d"
                        .formatted(
                                answer.path("dropped").asInt(),
                                upstream,
                                answer.path("revoked").asInt()));
        out.flush();
        return ExitStatus.OK;
    }
}
