package dev.sidekey.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what is held for each upstream. */
@Command(mixinStandardHelpOptions = true, description = "Show the upstreams and their credentials.")
final class StatusCommand implements Callable<Integer> {
    private final Launcher launcher;
    private final Map<String, String> environment;

    /** The forms, as they are written on the command line. */
    private enum Output {
        text,
        json
    }

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            description = "form of the output")
    private Output output = Output.text;

    @Option(names = "--agent", paramLabel = "NAME", description = "only what this agent has")
    private @Nullable String agent;

    @Spec private CommandSpec spec = CommandSpec.create();

    StatusCommand(Launcher launcher, Map<String, String> environment) {
        this.launcher = launcher;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        return Asking.ask(launcher, options.load(null, environment), this::show);
    }

    private int show(AdminClient client) throws Exception {
        var upstreams = JsonNodeFactory.instance.arrayNode();
        for (var upstream : client.upstreams()) {
            if (agent == null || agent.equals(upstream.path("agent").asText())) {
                upstreams.add(upstream);
            }
        }
        var out = spec.commandLine().getOut();
        if (output == Output.json) {
            out.println(upstreams.toPrettyString());
        } else {
            upstreams.forEach(upstream -> print(out, upstream));
        }
        out.flush();
        for (var upstream : upstreams) {
            if (upstream.path("state").asText().equals("login_required")) {
                return ExitStatus.NOT_LOGGED_IN;
            }
        }
        return ExitStatus.OK;
    }

    private static void print(PrintWriter out, JsonNode upstream) {
        out.printf(
                "%s  %s  %s%n",
                upstream.path("name").asText(),
                upstream.path("url").asText(),
                upstream.path("state").asText());
        if (!upstream.path("agent").asText("local").equals("local")) {
            out.printf("    %-11s %s%n", "agent", upstream.path("agent").asText());
        }
        var credential = upstream.path("credential");
        if (credential.isObject()) {
            for (var key :
                    new String[] {"issuer", "requested", "registered", "granted", "expires_at"}) {
                var value = credential.path(key).asText("");
                out.printf(
                        "    %-11s %s%n",
                        key, value.isEmpty() || value.equals("null") ? "-" : value);
            }
        }
        if (upstream.hasNonNull("problem")) {
            out.printf("    %-11s %s%n", "problem", upstream.path("problem").asText());
        }
    }
}
