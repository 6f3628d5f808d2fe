package dev.sidekey.cli;

import dev.sidekey.certificate.CertificateAuthority;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A verb about the CA of a configuration that needs nothing but that. */
@Command(mixinStandardHelpOptions = true)
final class CaVerb implements Callable<Integer> {
    private final Map<String, String> environment;
    private final Work work;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    /** What a verb does; returns the exit status. */
    @FunctionalInterface
    interface Work {
        int on(CertificateAuthority authority, CommandLine line);
    }

    private CaVerb(Map<String, String> environment, Work work) {
        this.environment = environment;
        this.work = work;
    }

    static CommandLine line(Map<String, String> environment, String description, Work work) {
        var line = new CommandLine(new CaVerb(environment, work));
        line.getCommandSpec().usageMessage().description(description);
        return line;
    }

    @Override
    public Integer call() throws Exception {
        var config = options.load(null, environment);
        var authority = CertificateAuthority.of(config, Clock.systemUTC());
        return work.on(authority, spec.commandLine());
    }
}
