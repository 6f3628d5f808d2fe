package dev.sidekey;

import dev.sidekey.admin.AdminListener;
import dev.sidekey.cli.RunFile;
import dev.sidekey.config.HostPort;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in for the Sidekey that finishes the logins of this one and has ended: takes its address
 * as long as a person is awaited here, so that the link that was shown leads somewhere. No longer:
 * whoever is started anew to serve there finds the address free.
 */
final class StandIn implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(StandIn.class);

    private final Sidekey sidekey;
    private final HostPort callback;
    private final Path stateDir;
    private final Duration pause;
    private @Nullable AdminListener listener;

    /**
     * @param callback where logins come back
     * @param pause between two looks
     */
    StandIn(Sidekey sidekey, HostPort callback, Path stateDir, Duration pause) {
        this.sidekey = sidekey;
        this.callback = callback;
        this.stateDir = stateDir;
        this.pause = pause;
    }

    /** Looks until it is interrupted. */
    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            look(sidekey.awaitsBrowser());
            LockSupport.parkNanos(pause.toNanos());
        }
        look(false);
    }

    private void look(boolean isAwaited) {
        if (isAwaited && listener == null) {
            take();
        } else if (!isAwaited && listener != null) {
            leave(listener);
        }
    }

    private void take() {
        try {
            listener = sidekey.answerAt(callback);
            LOG.atInfo().addKeyValue("admin", callback).log("logins come back to this one now");
            // a run that begins now finds this one
            RunFile.write(stateDir, callback);
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("problem", e.getMessage()).log("somebody answers there");
        }
    }

    private void leave(AdminListener held) {
        listener = null;
        held.close();
        try {
            RunFile.remove(stateDir);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("problem", e.getMessage()).log("sidekey.run stays behind");
        }
    }
}
