package dev.sidekey.cli;

import dev.sidekey.certificate.CertificateAuthority;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Holds the verbs about the certificate authority of intercepted hosts. */
@Command(
        mixinStandardHelpOptions = true,
        description = "The CA for intercepted hosts: init, show, export, rotate.",
        synopsisSubcommandLabel = "VERB")
final class CaCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    private CaCommand() {}

    static CommandLine line(Map<String, String> environment) {
        var init = "Make the CA for the configured hosts, if it is not there.";
        var show = "Show the CA: whom it may speak for, and until when.";
        return new CommandLine(new CaCommand())
                .addSubcommand("init", CaVerb.line(environment, init, CaCommand::init))
                .addSubcommand("show", CaVerb.line(environment, show, CaCommand::show))
                .addSubcommand("export", new CaExportCommand(environment))
                .addSubcommand("rotate", new Rotate(environment));
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "say what: ca init, ca show, ca export or ca rotate");
    }

    /** Makes the CA ahead of its first need. */
    private static int init(CertificateAuthority authority, CommandLine line) {
        if (authority.ensure().isEmpty()) {
            throw new ParameterException(
                    line,
                    "a CA is for hosts, and none is configured: give --upstream NAME=URL with"
                            + " https, --intercept PATTERN or --config FILE");
        }
        return show(authority, line);
    }

    /** Says what the CA is. */
    private static int show(CertificateAuthority authority, CommandLine line) {
        return CaListing.print(authority, line.getOut()) ? ExitStatus.OK : ExitStatus.FAILED;
    }

    /** Replaces the CA. */
    @Command(
            mixinStandardHelpOptions = true,
            description = "Make a new CA for all configured hosts; agents must trust it then.")
    private static final class Rotate implements Callable<Integer> {
        private final Map<String, String> environment;

        @Mixin private final ConfigOptions options = new ConfigOptions();

        @Option(
                names = "--distrust-old",
                description = "the old key leaked: take its certificate out of all bundles now")
        private boolean distrustOld;

        @Spec private CommandSpec spec = CommandSpec.create();

        private Rotate(Map<String, String> environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() throws Exception {
            var config = options.load(null, environment);
            var authority = CertificateAuthority.of(config, Clock.systemUTC());
            var rotated = authority.rotate(distrustOld);
            assert rotated != null;
            CaListing.print(authority, spec.commandLine().getOut());
            return ExitStatus.OK;
        }
    }
}
