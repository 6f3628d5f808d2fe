package dev.sidekey.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says which rule of an upstream came from where. */
@Command(
        mixinStandardHelpOptions = true,
        description =
                "Show which rule of an upstream came from where: configuration, profile, wire or"
                        + " default. Reads the servers' documents; logs in nowhere.")
final class ExplainCommand implements Callable<Integer> {
    private final Launcher launcher;
    private final Map<String, String> environment;

    /** The forms, as they are written on the command line. */
    private enum Output {
        text,
        json
    }

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Parameters(
            paramLabel = "NAME|URL",
            description = "the upstream; 'default' is that of serve URL")
    private String upstream = "";

    @Option(
            names = "--agent",
            paramLabel = "NAME",
            description = "for whom, where agents are named")
    private @Nullable String agent;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            description = "form of the output")
    private Output output = Output.text;

    @Spec private CommandSpec spec = CommandSpec.create();

    ExplainCommand(Launcher launcher, Map<String, String> environment) {
        this.launcher = launcher;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        var url = upstream.contains("://") ? upstream : null;
        return Asking.ask(launcher, options.load(url, environment), this::show);
    }

    private int show(AdminClient client) throws Exception {
        var explanation = client.explain(upstream, agent);
        var out = spec.commandLine().getOut();
        if (explanation == null) {
            out.println("no upstream is called " + upstream);
            out.flush();
            return ExitStatus.USAGE;
        }
        if (output == Output.json) {
            out.println(explanation.toPrettyString());
        } else {
            print(out, explanation);
        }
        out.flush();
        return ExitStatus.OK;
    }

    private static void print(PrintWriter out, JsonNode explanation) {
        out.printf(
                "%s  %s%n",
                explanation.path("upstream").asText(), explanation.path("url").asText());
        explanation
                .path("rules")
                .forEach(rule ->
                        out.printf(
                                "    %-26s %-40s %s%n",
                                rule.path("rule").asText(),
                                rule.path("value").asText(),
                                rule.path("source").asText()));
        explanation
                .path("advice")
                .forEach(advice -> out.printf("    advice: %s%n", advice.asText()));
        if (explanation.hasNonNull("problem")) {
            out.printf("    problem: %s%n", explanation.path("problem").asText());
        }
    }
}
