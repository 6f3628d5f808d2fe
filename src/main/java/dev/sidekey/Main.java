package dev.sidekey;

import dev.sidekey.cli.Launcher;
import dev.sidekey.cli.RunFile;
import dev.sidekey.cli.SidekeyCommand;
import dev.sidekey.config.ConfigSource;
import dev.sidekey.config.HostPort;
import dev.sidekey.config.LogConfig;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.config.UpstreamCheck;
import dev.sidekey.credential.Vault;
import dev.sidekey.credential.VaultExport;
import dev.sidekey.demo.Demo;
import dev.sidekey.grant.Grants;
import dev.sidekey.oauth.Secret;
import dev.sidekey.telemetry.Logging;
import dev.sidekey.threads.VirtualThreads;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the process begins and ends. */
public final class Main implements Launcher {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private static final String LEAK_DETECTION = "io.netty.leakDetection.level";
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private Main() {}

    /** Runs the command line and ends the process with its status. */
    public static void main(String[] arguments) {
        watchNoLeaks();
        System.exit(SidekeyCommand.run(new Main(), System.getenv(), arguments));
    }

    /**
     * Netty notes where each hundredth buffer was made, which is a third of what a call allocates.
     * The tests note every one, and fail on a leak; whoever wants it here sets the property.
     */
    private static void watchNoLeaks() {
        if (System.getProperty(LEAK_DETECTION) == null) {
            System.setProperty(LEAK_DETECTION, "disabled");
        }
    }

    private static boolean isTerminal() {
        // null where input or output is redirected, whatever later releases promise
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    @Override
    public UpstreamCheck upstreamCheck() {
        return Grants::check;
    }

    @Override
    public int serve(SidekeyConfig config, ConfigSource source) throws IOException {
        Logging.configure(config.log(), isTerminal());
        var stop = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        var threads = VirtualThreads.named("reload");
        try (var sidekey = new Sidekey(config, System.getenv(), stop::countDown)) {
            sidekey.listen();
            var reload = reload(sidekey, config, source);
            HangUp.does(reload::ask);
            threads.execute(reload);
            RunFile.write(config.stateDir(), sidekey.adminAddress());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> halt(stop, stopped)));
            stop.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            threads.shutdownNow();
            forget(config.stateDir());
            stopped.countDown();
        }
        return 0;
    }

    private static Reload reload(Sidekey sidekey, SidekeyConfig config, ConfigSource source) {
        Consumer<SidekeyConfig> taker =
                next -> {
                    Logging.configure(next.log(), isTerminal());
                    sidekey.become(next);
                };
        return new Reload(source, config, taker, sidekey.reloadMeters(), LOOK_AGAIN);
    }

    /** SIGTERM and SIGINT: the process ends only after everything has been stopped in order. */
    private static void halt(CountDownLatch stop, CountDownLatch stopped) {
        stop.countDown();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(0);
    }

    private static void forget(Path stateDir) {
        try {
            RunFile.remove(stateDir);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("problem", e.getMessage()).log("sidekey.run stays behind");
        }
    }

    @Override
    public int demo(DemoServe command) throws IOException {
        try (var threads = VirtualThreads.named("demo");
                var demo = Demo.start(threads)) {
            return command.serve(demo.upstream().toString());
        }
    }

    @Override
    public int run(Run run, Work work) throws Exception {
        var config = run.config();
        Runtime.getRuntime().addShutdownHook(new Thread(run.cleanUp()));
        try (var sidekey = new Sidekey(config, System.getenv(), () -> {})) {
            sidekey.listen();
            var callback = run.callback();
            if (callback == null) {
                RunFile.write(config.stateDir(), sidekey.adminAddress());
                return work.run(sidekey.adminAddress());
            }
            return standingIn(sidekey, callback, config.stateDir(), work);
        } finally {
            forget(config.stateDir());
        }
    }

    private static int standingIn(Sidekey sidekey, HostPort callback, Path stateDir, Work work)
            throws Exception {
        var threads = VirtualThreads.named("callback");
        try {
            threads.execute(new StandIn(sidekey, callback, stateDir, LOOK_AGAIN));
            return work.run(sidekey.adminAddress());
        } finally {
            VirtualThreads.end(threads, LOOK_AGAIN);
        }
    }

    @Override
    public byte[] exportStore(SidekeyConfig config, Secret passphrase) {
        try (var threads = VirtualThreads.named("store");
                var vault = vault(config, threads)) {
            return VaultExport.write(vault, passphrase);
        }
    }

    @Override
    public String importStore(
            SidekeyConfig config, byte[] export, Secret passphrase, boolean replace) {
        try (var threads = VirtualThreads.named("store");
                var vault = vault(config, threads)) {
            var imported = VaultExport.read(vault, export, passphrase, replace);
            return imported.again()
                    ? "nothing added: this export was taken in before (--replace takes it again)"
                    : "added %d, kept %d".formatted(imported.added(), imported.kept());
        }
    }

    private static Vault vault(SidekeyConfig config, ExecutorService threads) {
        Logging.configure(new LogConfig(config.log().format(), LogConfig.Level.WARN), isTerminal());
        return Vault.open(config.store(), config.stateDir(), Clock.systemUTC(), threads);
    }

    @Override
    public int beside(SidekeyConfig config, Work work) throws Exception {
        Logging.configure(
                new LogConfig(config.log().format(), LogConfig.Level.ERROR), isTerminal());
        try (var sidekey = new Sidekey(config, System.getenv(), () -> {})) {
            return work.run(sidekey.adminAddress());
        }
    }
}
