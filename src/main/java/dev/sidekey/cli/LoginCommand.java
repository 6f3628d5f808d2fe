package dev.sidekey.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Logs in ahead of the first call, or finishes a login whose browser could not come back. */
@Command(mixinStandardHelpOptions = true, description = "Log in to an upstream.")
final class LoginCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 500;

    private final Launcher launcher;
    private final Map<String, String> environment;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Mixin private final OneUpstream upstream = new OneUpstream();

    @Option(
            names = "--paste",
            paramLabel = "URL",
            description = "the URL that the browser was sent back to and could not reach")
    private @Nullable String pasted;

    @Spec private CommandSpec spec = CommandSpec.create();

    LoginCommand(Launcher launcher, Map<String, String> environment) {
        this.launcher = launcher;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        var config = upstream.load(options, environment);
        return Asking.ask(
                launcher, config, client -> pasted == null ? login(client) : paste(client, pasted));
    }

    private int paste(AdminClient client, String url) throws Exception {
        var page = client.paste(url);
        print(page.text());
        return page.done() ? ExitStatus.OK : ExitStatus.NOT_LOGGED_IN;
    }

    private int login(AdminClient client) throws Exception {
        var shown = "";
        while (true) {
            var answer = client.login(upstream.name, upstream.agent);
            if (answer == null) {
                return upstream.unknown(spec.commandLine().getOut());
            }
            switch (answer.path("state").asText()) {
                case "authorized" -> {
                    print("signed in to " + upstream.name);
                    return ExitStatus.OK;
                }
                case "anonymous" -> {
                    print(upstream.name + " asks for no authorization");
                    return ExitStatus.OK;
                }
                case "login_required" -> shown = show(answer, shown);
                default -> {
                    print(answer.path("message").asText() + ". " + answer.path("remedy").asText());
                    return ExitStatus.NOT_LOGGED_IN;
                }
            }
            LockSupport.parkNanos(POLL_MILLIS * 1_000_000);
        }
    }

    private String show(JsonNode answer, String shown) {
        var link = answer.path("url").asText();
        if (!link.equals(shown)) {
            var code = answer.path("user_code").asText();
            print(
                    code.isEmpty()
                            ? "Open this in a browser and sign in:\n  " + link
                            : "Open this in any browser, enter the code %s and sign in:\n  %s"
                                    .formatted(code, link));
        }
        return link;
    }

    private void print(String text) {
        var out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }
}
