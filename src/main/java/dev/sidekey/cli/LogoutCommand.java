package dev.sidekey.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Drops credentials, and revokes them where the server offers that. */
@Command(mixinStandardHelpOptions = true, description = "Log out of an upstream.")
final class LogoutCommand implements Callable<Integer> {
    private final Launcher launcher;
    private final Map<String, String> environment;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Mixin private final OneUpstream upstream = new OneUpstream();

    @Spec private CommandSpec spec = CommandSpec.create();

    LogoutCommand(Launcher launcher, Map<String, String> environment) {
        this.launcher = launcher;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        return Asking.ask(launcher, upstream.load(options, environment), this::logout);
    }

    private int logout(AdminClient client) throws Exception {
        var answer = client.logout(upstream.name, upstream.agent);
        var out = spec.commandLine().getOut();
        if (answer == null) {
            return upstream.unknown(out);
        }
        out.println(
                "dropped %d credentials of %s, revoked %d"
                        .formatted(
                                answer.path("dropped").asInt(),
                                upstream.name,
                                answer.path("revoked").asInt()));
        out.flush();
        return ExitStatus.OK;
    }
}
