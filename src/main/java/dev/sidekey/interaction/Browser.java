package dev.sidekey.interaction;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the person's browser, where there is a screen to show one. The link goes as one element of
 * an argument vector, never through a shell (X3).
 */
public final class Browser implements LoginNotice {
    private static final Logger LOG = LoggerFactory.getLogger(Browser.class);

    private final List<String> command;

    private Browser(List<String> command) {
        this.command = command;
    }

    /**
     * The browser of this machine, or null where none can be shown: no display, a container, a
     * remote shell.
     *
     * @param environment the process's environment
     * @param os {@code os.name}
     */
    public static @Nullable Browser find(Map<String, String> environment, String os) {
        var chosen = environment.get("BROWSER");
        if (chosen != null && !chosen.isBlank() && !chosen.contains("%s")) {
            return new Browser(List.of(chosen.strip().split("\\s+")));
        }
        var name = os.toLowerCase(Locale.ROOT);
        if (name.startsWith("mac")) {
            return environment.containsKey("SSH_CONNECTION") ? null : new Browser(List.of("open"));
        }
        if (name.startsWith("windows")) {
            return new Browser(List.of("rundll32", "url.dll,FileProtocolHandler"));
        }
        var screen =
                environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY");
        return screen ? new Browser(List.of("xdg-open")) : null;
    }

    @Override
    public void loginNeeded(Needed login) {
        var arguments = new ArrayList<>(command);
        arguments.add(login.link().toString());
        try {
            var process =
                    new ProcessBuilder(arguments)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            process.getOutputStream().close();
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("command", command.getFirst())
                    .log("no browser could be opened; the login link is in the log");
        }
    }
}
