package dev.sidekey.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a configuration without starting anything. */
@Command(mixinStandardHelpOptions = true, description = "Check the configuration.")
final class ConfigCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Parameters(paramLabel = "validate", description = "validate: say all that is wrong, exit 2")
    private String verb = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    ConfigCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        if (!verb.equals("validate")) {
            throw new IllegalArgumentException("the one verb here is: config validate");
        }
        var config = options.load(null, environment);
        var out = spec.commandLine().getOut();
        out.println("valid: " + config.upstreams().size() + " upstreams");
        out.flush();
        return ExitStatus.OK;
    }
}
