package dev.sidekey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.ConfigLoader.Said;
import dev.sidekey.config.ConfigSource;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;

/**
 * docs/commands.md is what the command line knows. `make docs` (-Dsidekey.docs=write) writes it.
 */
class CommandReferenceTest {
    private static final Path PAGE = Path.of("docs", "commands.md");

    private final Settings command = new Settings();
    private final CommandLine settings = new CommandLine(command);
    private final ConfigOptions options = command.options;

    /** A command with nothing but the settings. */
    @Command
    private static final class Settings {
        @Mixin private final ConfigOptions options = new ConfigOptions();
    }

    /** Launches nothing: the page needs only the commands' words. */
    private static final class Nothing implements Launcher {
        @Override
        public int serve(SidekeyConfig config, ConfigSource source) {
            throw new AssertionError("launched");
        }

        @Override
        public int demo(DemoServe command) {
            throw new AssertionError("launched");
        }

        @Override
        public int run(Run run, Work work) {
            throw new AssertionError("launched");
        }

        @Override
        public int beside(SidekeyConfig config, Work work) {
            throw new AssertionError("launched");
        }

        @Override
        public byte[] exportStore(SidekeyConfig config, Secret passphrase) {
            throw new AssertionError("no store is asked for here");
        }

        @Override
        public String importStore(
                SidekeyConfig config, byte[] export, Secret passphrase, boolean replace) {
            throw new AssertionError("no store is asked for here");
        }
    }

    @Test
    void thePageSaysWhatTheCommandLineKnows() throws IOException {
        var content = page();
        if ("write".equals(System.getProperty("sidekey.docs"))) {
            Files.writeString(PAGE, content);
        }
        assertThat(Files.readString(PAGE)).as("stale: run `make docs`").isEqualTo(content);
    }

    @Test
    void everyFlagButTheFileSetsAKey() {
        assertThat(keys().keySet())
                .isNotEmpty()
                .isEqualTo(
                        options.flags().stream()
                                .filter(flag -> !flag.equals("--config"))
                                .collect(Collectors.toSet()));
    }

    /** Gives every flag once, and sees which key it sets. */
    private Map<String, String> keys() {
        settings.parseArgs(
                options.flags().stream()
                        .map(flag -> flag + (flag.equals("--upstream") ? "=NAME=URL" : "=x"))
                        .toArray(String[]::new));
        return options.said(null).stream()
                .collect(Collectors.toMap(Said::source, Said::key, (a, b) -> a, TreeMap::new));
    }

    private String page() {
        var page =
                new StringBuilder(
                        """
                        # Commands

                        Made from the command line itself by `make docs`. Exit status: 0 done, 1 failed, 2 misuse or a wrong
                        configuration, 3 not logged in. `run` ends with its command's own: 128 and the signal's number where a
                        signal ended it, 126 where it may not be executed, 127 where there is none.

                        | command | |
                        | --- | --- |
                        """);
        commands(page, SidekeyCommand.line(new Nothing(), Map.of()));
        page.append(
                """

                ## Flags

                Known to every command that reads the configuration. A flag goes before its variable, that before the key in
                the file; an empty variable says nothing. The keys are in [configuration.md](configuration.md).

                | flag | variable | key | |
                | --- | --- | --- | --- |
                """);
        var keys = keys();
        settings.getCommandSpec().options().stream()
                .sorted((a, b) -> a.longestName().compareTo(b.longestName()))
                .forEach(option -> flag(page, option, keys));
        page.append(
                "\nSecrets are variables only, since others on the machine see a command line:\n\n");
        page.append("| variable | key |\n| --- | --- |\n");
        new TreeMap<>(Variables.SECRETS)
                .forEach((name, key) -> page.append("| `%s` | `%s` |\n".formatted(name, key)));
        page.append("\n`SIDEKEY_JAVA_OPTS` holds more options for the JVM.\n");
        return page.toString();
    }

    private static void commands(StringBuilder page, CommandLine line) {
        for (var command : line.getSubcommands().values()) {
            var spec = command.getCommandSpec();
            if (command.getSubcommands().isEmpty()) {
                var usage = new StringBuilder(spec.qualifiedName());
                spec.positionalParameters()
                        .forEach(one ->
                                usage.append(' ')
                                        .append(
                                                one.arity().min() == 0
                                                        ? "[" + one.paramLabel() + "]"
                                                        : one.paramLabel()));
                page.append(
                        "| `%s` | %s |\n"
                                .formatted(
                                        usage.toString().replace("|", "\\|"),
                                        String.join(" ", spec.usageMessage().description())));
            }
            commands(page, command);
        }
    }

    private static void flag(StringBuilder page, OptionSpec option, Map<String, String> keys) {
        var flag = option.longestName();
        page.append(
                "| `%s %s` | `%s` | %s | %s |\n"
                        .formatted(
                                flag,
                                option.paramLabel().replace("|", "\\|"),
                                Variables.of(flag),
                                keys.containsKey(flag) ? "`" + keys.get(flag) + "`" : "",
                                String.join(" ", option.description())));
    }
}
