package dev.sidekey.cli;

import dev.sidekey.config.ConfigException;
import dev.sidekey.config.SidekeyConfig;
import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The one upstream that a command is about, and for whom. */
final class OneUpstream {
    @Parameters(
            paramLabel = "NAME|URL",
            description = "the upstream; 'default' is that of serve URL")
    String name = "";

    @Option(
            names = "--agent",
            paramLabel = "NAME",
            description = "whose credential, where agents are named")
    @Nullable String agent;

    /** The configuration, in which an upstream that is named by its URL is the default one. */
    SidekeyConfig load(ConfigOptions options, Map<String, String> environment)
            throws ConfigException {
        return options.load(name.contains("://") ? name : null, environment);
    }

    /** Says that there is no such upstream; the exit status. */
    int unknown(PrintWriter out) {
        out.println("no upstream is called " + name);
        out.flush();
        return ExitStatus.USAGE;
    }
}
