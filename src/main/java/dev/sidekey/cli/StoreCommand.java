package dev.sidekey.cli;

import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.oauth.Secret;
import dev.sidekey.seal.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Holds the verbs that move what is stored from one store to another. */
@Command(
        mixinStandardHelpOptions = true,
        description = "Move what is stored.",
        synopsisSubcommandLabel = "export|import")
final class StoreCommand implements Callable<Integer> {
    private static final String VARIABLE = "SIDEKEY_PASSPHRASE";

    @Spec private CommandSpec spec = CommandSpec.create();

    private StoreCommand() {}

    static CommandLine line(Launcher launcher, Map<String, String> environment) {
        var export =
                "Write all that is stored to a file, sealed under a passphrase: of SIDEKEY_PASSPHRASE, or --passphrase-file.";
        var add =
                "Add to the store what an export holds and the store does not, once: repeated, it does nothing.";
        var replace =
                OptionSpec.builder("--replace")
                        .description(
                                "replace what is there, and take in an export that was taken in before")
                        .build();
        var importing =
                verb(
                        environment,
                        add,
                        (config, file, passphrase, line) -> {
                            var sealed = Files.readAllBytes(file);
                            var all = line.getParseResult().hasMatchedOption("--replace");
                            line.getOut()
                                    .println(launcher.importStore(config, sealed, passphrase, all));
                            line.getOut().flush();
                        });
        importing.getCommandSpec().addOption(replace);
        return new CommandLine(new StoreCommand())
                .addSubcommand(
                        "export",
                        verb(
                                environment,
                                export,
                                (config, file, passphrase, line) -> {
                                    var sealed = launcher.exportStore(config, passphrase);
                                    new PrivateFiles().replace(file.toAbsolutePath(), sealed);
                                }))
                .addSubcommand("import", importing);
    }

    private static CommandLine verb(
            Map<String, String> environment, String description, Work work) {
        var line = new CommandLine(new Verb(environment, work));
        line.getCommandSpec().usageMessage().description(description);
        return line;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what: store export, or store import");
    }

    /** What a verb does with an export. */
    @FunctionalInterface
    private interface Work {
        void on(SidekeyConfig config, Path export, Secret passphrase, CommandLine line)
                throws Exception;
    }

    /** Writes or reads an export. */
    @Command(mixinStandardHelpOptions = true)
    private static final class Verb implements Callable<Integer> {
        private final Map<String, String> environment;
        private final Work work;

        @Mixin private final ConfigOptions options = new ConfigOptions();
        @Mixin private final Sealing sealing = new Sealing();

        @Spec private CommandSpec spec = CommandSpec.create();

        private Verb(Map<String, String> environment, Work work) {
            this.environment = environment;
            this.work = work;
        }

        @Override
        public Integer call() throws Exception {
            var passphrase = sealing.passphrase(spec, environment);
            var config = options.load(null, environment);
            work.on(config, sealing.file, passphrase, spec.commandLine());
            return ExitStatus.OK;
        }
    }

    /** Which file, and what seals it: never an argument, which everybody on the machine sees. */
    static final class Sealing {
        @Parameters(paramLabel = "FILE", description = "the export")
        private Path file = Path.of("");

        @Option(
                names = "--passphrase-file",
                paramLabel = "FILE",
                description = "holds the passphrase that seals the export")
        private @Nullable Path passphraseFile;

        private Secret passphrase(CommandSpec spec, Map<String, String> environment)
                throws IOException {
            var text =
                    passphraseFile == null
                            ? environment.getOrDefault(VARIABLE, "")
                            : Files.readString(passphraseFile).strip();
            if (text.isBlank()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "no passphrase: set " + VARIABLE + ", or name a file in --passphrase-file");
            }
            return Secret.of(text);
        }
    }
}
