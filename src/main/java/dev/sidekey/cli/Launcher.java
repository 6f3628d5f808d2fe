package dev.sidekey.cli;

import dev.sidekey.config.ConfigSource;
import dev.sidekey.config.HostPort;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.config.UpstreamCheck;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What the command line asks of the rest; Main is the one implementation. */
public interface Launcher {

    /**
     * Runs Sidekey until it is told to stop.
     *
     * @param config where to listen and whom to serve
     * @param source where it came from, to be read again when it changes
     * @return exit status
     * @throws IOException when it cannot start
     */
    int serve(SidekeyConfig config, ConfigSource source) throws IOException;

    /**
     * Starts the demo servers, and gives the URL of the protected one to a command that serves it.
     *
     * @throws IOException when they cannot start
     */
    int demo(DemoServe command) throws IOException;

    /**
     * Runs something beside a Sidekey without an agent's listener: enough to log in and out.
     *
     * @throws Exception as the work does
     */
    int beside(SidekeyConfig config, Work work) throws Exception;

    /**
     * Serves a command for as long as the work lasts that runs it.
     *
     * @return what the work returns
     * @throws Exception as the work does, or when Sidekey cannot start
     */
    int run(Run run, Work work) throws Exception;

    /**
     * A Sidekey for one command.
     *
     * @param config where to listen and whom to serve
     * @param callback where logins come back if that is another one's, on the same state directory;
     *     null where it is this one's own
     * @param cleanUp done when the process is told to stop before the work is done; does nothing a
     *     second time
     */
    record Run(SidekeyConfig config, @Nullable HostPort callback, Runnable cleanUp) {}

    /** All that the store holds, sealed under a passphrase. */
    byte[] exportStore(SidekeyConfig config, Secret passphrase);

    /**
     * Adds to the store what an export holds.
     *
     * @return what was done, in one line
     */
    String importStore(SidekeyConfig config, byte[] export, Secret passphrase, boolean replace);

    /** Serves the demo's upstream. */
    @FunctionalInterface
    interface DemoServe {
        int serve(String upstreamUrl) throws IOException;
    }

    /** Work that asks an admin listener. */
    @FunctionalInterface
    interface Work {
        int run(HostPort admin) throws Exception;
    }

    /** What the rest asks of an upstream's settings, before anything is started. */
    default UpstreamCheck upstreamCheck() {
        return (upstream, complaints) -> {};
    }

    /** The version of this build. */
    static String version() {
        var version = Launcher.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
