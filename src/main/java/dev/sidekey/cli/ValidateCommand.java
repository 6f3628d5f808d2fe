package dev.sidekey.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a configuration without starting anything. */
@Command(
        mixinStandardHelpOptions = true,
        description = "Say all that is wrong with the configuration, and exit with 2 then.")
final class ValidateCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Parameters(arity = "0..1", paramLabel = "URL", description = "as for serve")
    private @Nullable String url;

    @Spec private CommandSpec spec = CommandSpec.create();

    ValidateCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        var config = options.load(url, environment);
        var out = spec.commandLine().getOut();
        out.println("valid; upstreams: " + config.upstreams().size());
        out.flush();
        return ExitStatus.OK;
    }
}
