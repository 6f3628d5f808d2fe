package dev.sidekey.cli;

import dev.sidekey.config.ConfigException;
import dev.sidekey.config.SidekeyConfig;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows the whole flow offline. */
@Command(
        mixinStandardHelpOptions = true,
        description = "Run Sidekey before a demo server with its own authorization server.")
final class DemoCommand implements Callable<Integer> {
    private final Launcher launcher;
    private final Map<String, String> environment;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    DemoCommand(Launcher launcher, Map<String, String> environment) {
        this.launcher = launcher;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        return launcher.demo(url -> {
            var config = load(url);
            var out = spec.commandLine().getOut();
            out.println(
                    """

                    A demo MCP server wants OAuth, and you have an agent without any. In another terminal:

                      curl -s http://%s/mcp -H 'Content-Type: application/json' \\
                        -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hello"}}}'

                    The call waits. Open the link that Sidekey logs here, press Allow, and the same call returns.
                    Then try the tool write_note in place of echo: it needs a second scope.
                    """
                            .formatted(config.listen()));
            out.flush();
            return launcher.serve(config, new ReadAgain(options, url, environment));
        });
    }

    private SidekeyConfig load(String url) {
        try {
            if (options.store == null) {
                // the demo's servers are gone when it ends, and with them what they granted
                options.store = "memory";
            }
            return options.load(url, environment);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
