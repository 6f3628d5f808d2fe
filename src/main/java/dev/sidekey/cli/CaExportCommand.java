package dev.sidekey.cli;

import dev.sidekey.certificate.TrustBundle;
import dev.sidekey.config.SidekeyConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import picocli.CommandLine.Spec;

/** Writes what agents elsewhere must trust. */
@Command(
        mixinStandardHelpOptions = true,
        description = "Write the CA's certificate, alone or with all other roots.")
final class CaExportCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    /** The forms, as they are written on the command line. */
    private enum Form {
        /** The CA alone. */
        pem,
        /** The system's roots and the CA, in PEM. */
        bundle,
        /** The Java runtime's roots and the CA. */
        pkcs12,
        jks
    }

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--format",
            paramLabel = "pem|bundle|pkcs12|jks",
            description =
                    "pem: the CA alone; bundle: PEM with the system's roots; pkcs12, jks: with Java's (password changeit)")
    private Form form = Form.pem;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "where to write it; PEM goes to standard output by default")
    private @Nullable Path out;

    @Spec private CommandSpec spec = CommandSpec.create();

    CaExportCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        var isText = form == Form.pem || form == Form.bundle;
        if (out == null && !isText) {
            throw new ParameterException(spec.commandLine(), "name a file with --out");
        }
        var content = content(options.load(null, environment));
        if (out == null) {
            var printer = spec.commandLine().getOut();
            printer.print(new String(content, StandardCharsets.ISO_8859_1));
            printer.flush();
        } else {
            // no secret is in it, and it goes where other users read it: an image, a mount
            Files.write(out, content);
        }
        return ExitStatus.OK;
    }

    private byte[] content(SidekeyConfig config) throws IOException {
        var agent = new AgentVariables(config, environment);
        var authorities = agent.authorities();
        if (authorities.isEmpty()) {
            throw new IOException(
                    "there is no CA to export, and no host to make one for: give --upstream"
                            + " NAME=URL with https, --intercept PATTERN or --config FILE");
        }
        return switch (form) {
            case pem -> TrustBundle.pem(authorities).getBytes(StandardCharsets.ISO_8859_1);
            case bundle -> agent.bundle().pem().getBytes(StandardCharsets.ISO_8859_1);
            case pkcs12 -> agent.bundle().pkcs12();
            case jks -> agent.bundle().jks();
        };
    }
}
