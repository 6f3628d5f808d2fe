package dev.sidekey.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says which Sidekey this is. */
@Command(mixinStandardHelpOptions = true, description = "Print the version.")
final class VersionCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        out.println("sidekey " + Launcher.version() + " (Java " + Runtime.version() + ")");
        out.flush();
        return ExitStatus.OK;
    }
}
