package dev.sidekey.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

    @Mixin private final OneUpstream upstream = new OneUpstream();

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
        return Asking.ask(launcher, upstream.load(options, environment), this::show);
    }

    private int show(AdminClient client) throws Exception {
        var explanation = client.explain(upstream.name, upstream.agent);
        var out = spec.commandLine().getOut();
        if (explanation == null) {
            return upstream.unknown(out);
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
