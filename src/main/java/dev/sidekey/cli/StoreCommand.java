package dev.sidekey.cli;

import dev.sidekey.oauth.Secret;
import dev.sidekey.seal.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what: store export, or store import");
    }

    /** Writes an export. */
    @Command(
            mixinStandardHelpOptions = true,
            description =
                    "Write all that is stored to a file, sealed under a passphrase: of SIDEKEY_PASSPHRASE, or --passphrase-file.")
    static final class Export implements Callable<Integer> {
        private final Launcher launcher;
        private final Map<String, String> environment;

        @Mixin private final ConfigOptions options = new ConfigOptions();
        @Mixin private final Sealing sealing = new Sealing();

        @Spec private CommandSpec spec = CommandSpec.create();

        Export(Launcher launcher, Map<String, String> environment) {
            this.launcher = launcher;
            this.environment = environment;
        }

        @Override
        public Integer call() throws Exception {
            var passphrase = sealing.passphrase(spec, environment);
            var config = options.load(null, environment);
            var export = launcher.exportStore(config, passphrase);
            new PrivateFiles().replace(sealing.file.toAbsolutePath(), export);
            return ExitStatus.OK;
        }
    }

    /** Reads an export. */
    @Command(
            mixinStandardHelpOptions = true,
            description =
                    "Add to the store what an export holds and the store does not; may be repeated.")
    static final class Import implements Callable<Integer> {
        private final Launcher launcher;
        private final Map<String, String> environment;

        @Mixin private final ConfigOptions options = new ConfigOptions();
        @Mixin private final Sealing sealing = new Sealing();

        @Spec private CommandSpec spec = CommandSpec.create();

        Import(Launcher launcher, Map<String, String> environment) {
            this.launcher = launcher;
            this.environment = environment;
        }

        @Override
        public Integer call() throws Exception {
            var passphrase = sealing.passphrase(spec, environment);
            var config = options.load(null, environment);
            var done = launcher.importStore(config, Files.readAllBytes(sealing.file), passphrase);
            var out = spec.commandLine().getOut();
            out.println(done);
            out.flush();
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
