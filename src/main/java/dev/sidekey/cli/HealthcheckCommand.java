package dev.sidekey.cli;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** For containers without a shell: exit 0 while a Sidekey answers. */
@Command(
        mixinStandardHelpOptions = true,
        description = "Ask the admin listener whether it is well.")
final class HealthcheckCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    HealthcheckCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        var config = options.load(null, environment);
        try {
            var admin = config.adminListen();
            var healthy = HealthProbe.isHealthy(admin.host(), admin.port());
            return healthy ? ExitStatus.OK : ExitStatus.FAILED;
        } catch (IOException e) {
            throw new IOException("no Sidekey answers at " + config.adminListen(), e);
        }
    }
}
