package dev.sidekey.authorization;

import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.PendingLogin;
import dev.sidekey.credential.StoreException;
import dev.sidekey.credential.Vault;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on with the logins with a code that an earlier process began: their person may be typing it
 * right now, and nobody else would ask for the token.
 */
final class ResumeLogins {
    private static final Logger LOG = LoggerFactory.getLogger(ResumeLogins.class);
    private static final long LOOK_EVERY_MILLIS = 1_000;

    private final Vault vault;
    private final Logins logins;
    private final DevicePolling polling;
    private final Roster roster;

    ResumeLogins(Vault vault, Logins logins, DevicePolling polling, Roster roster) {
        this.vault = vault;
        this.logins = logins;
        this.polling = polling;
        this.roster = roster;
    }

    /** Starts one task a login and returns. */
    void start(Executor virtualThreads) {
        for (var login : logins.open()) {
            var upstream = roster.of(login);
            if (login.device() != null && upstream != null) {
                virtualThreads.execute(() -> resume(upstream, login));
            }
        }
    }

    /** Another process may have the turn: it asks then, until it ends or dies. */
    private void resume(UpstreamConfig upstream, PendingLogin login) {
        var slot = new Slot(login.account(), login.upstreamUrl().toString());
        try {
            while (isThere(login)) {
                var lease = vault.acquire(Turn.nameOf(slot), Turn.TTL);
                if (lease != null) {
                    try (var turn = new Turn(vault, lease)) {
                        polling.await(upstream, login, turn);
                        return;
                    }
                }
                Pause.millis(LOOK_EVERY_MILLIS);
            }
        } catch (StoreException e) {
            LOG.atWarn()
                    .addKeyValue("upstream", upstream.name())
                    .addKeyValue("problem", e.getMessage())
                    .log("a login of before the restart cannot be gone on with");
        }
    }

    private boolean isThere(PendingLogin login) {
        return !Thread.currentThread().isInterrupted()
                && logins.isOpen(login)
                && vault.loginByNonce(login.nonce()) != null;
    }
}
