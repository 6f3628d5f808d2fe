package dev.sidekey.cli;

import dev.sidekey.config.ConfigSource;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.oauth.Secret;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A command line whose runs are kept and not started. */
final class RecordingRun implements Launcher {
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    final Map<String, String> environment = new HashMap<>();
    @Nullable Run run;

    RecordingRun(Path stateHome) {
        environment.put("XDG_STATE_HOME", stateHome.toString());
        environment.put("XDG_CONFIG_HOME", stateHome.resolve("none").toString());
        environment.put("PATH", System.getenv("PATH"));
    }

    int line(String... arguments) {
        var line = SidekeyCommand.line(this, environment);
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return SidekeyCommand.run(line, arguments);
    }

    @Override
    public int run(Run run, Work work) {
        this.run = run;
        return 0;
    }

    @Override
    public byte[] exportStore(SidekeyConfig config, Secret passphrase) {
        return ("sealed under " + passphrase.reveal()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String importStore(
            SidekeyConfig config, byte[] export, Secret passphrase, boolean replace) {
        return (replace ? "replaced by " : "took ") + new String(export, StandardCharsets.UTF_8);
    }

    @Override
    public int serve(SidekeyConfig config, ConfigSource source) {
        throw new AssertionError("not asked for");
    }

    @Override
    public int demo(DemoServe command) {
        throw new AssertionError("not asked for");
    }

    @Override
    public int beside(SidekeyConfig config, Work work) {
        throw new AssertionError("not asked for");
    }
}
