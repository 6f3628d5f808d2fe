package dev.sidekey.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs Sidekey. */
@Command(
        mixinStandardHelpOptions = true,
        description = "Run Sidekey before one upstream, or before those of a configuration.")
final class ServeCommand implements Callable<Integer> {
    private final Launcher launcher;
    private final Map<String, String> environment;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Parameters(arity = "0..1", paramLabel = "URL", description = "the protected MCP server")
    private @Nullable String url;

    @Spec private CommandSpec spec = CommandSpec.create();

    ServeCommand(Launcher launcher, Map<String, String> environment) {
        this.launcher = launcher;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        var source = new ReadAgain(options, url, environment);
        var config = source.load();
        if (config.upstreams().isEmpty() && config.egress().intercept().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "no upstream is configured: give its URL, --upstream NAME=URL, --intercept PATTERN"
                            + " or --config FILE");
        }
        return launcher.serve(config, source);
    }
}
