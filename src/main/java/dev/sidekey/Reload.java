package dev.sidekey;

import dev.sidekey.config.ConfigException;
import dev.sidekey.config.ConfigSource;
import dev.sidekey.config.FileStamps;
import dev.sidekey.config.LiveSettings;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.telemetry.ReloadMeters;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes on a changed configuration: when one of its files has changed and stands still again, or
 * when it is asked to (SIGHUP). What is wrong is refused as a whole, and Sidekey goes on as it was.
 */
final class Reload implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private final ConfigSource source;
    private final Consumer<SidekeyConfig> taker;
    private final ReloadMeters meters;
    private final Duration pause;
    private final Semaphore asked = new Semaphore(0);
    private SidekeyConfig running;

    /**
     * @param running what Sidekey runs with now
     * @param taker takes on another configuration; may block
     * @param pause between two looks at the files
     */
    Reload(
            ConfigSource source,
            SidekeyConfig running,
            Consumer<SidekeyConfig> taker,
            ReloadMeters meters,
            Duration pause) {
        this.source = source;
        this.running = running;
        this.taker = taker;
        this.meters = meters;
        this.pause = pause;
    }

    /** Reads the configuration again soon, whether a file has changed or not. Any thread. */
    void ask() {
        asked.release();
    }

    /** Looks until it is interrupted. */
    @Override
    public void run() {
        var taken = source.files();
        var last = taken;
        try {
            while (true) {
                var wanted = asked.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
                var now = FileStamps.of(taken.keySet());
                // a file that is just being written is left alone until it stands still
                if (wanted || (!now.equals(taken) && now.equals(last))) {
                    asked.drainPermits();
                    reload();
                    taken = source.files();
                }
                last = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reload() {
        try {
            var change = LiveSettings.between(running, source.load());
            for (var key : change.kept()) {
                LOG.atWarn()
                        .addKeyValue("key", key)
                        .addKeyValue("remedy", "restart Sidekey to change it")
                        .log("the old value stays");
            }
            if (!change.config().equals(running)) {
                running = change.config();
                taker.accept(running);
            }
            meters.applied();
            LOG.atInfo()
                    .addKeyValue("upstreams", String.join(",", running.upstreams().keySet()))
                    .log("configuration reloaded");
        } catch (ConfigException e) {
            meters.refused();
            for (var violation : e.violations()) {
                LOG.atError()
                        .addKeyValue("problem", violation)
                        .log("the new configuration is refused; the old one stays");
            }
        } catch (RuntimeException e) {
            meters.refused();
            LOG.error("the new configuration could not be taken on", e);
        }
    }
}
