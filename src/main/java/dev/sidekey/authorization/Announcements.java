package dev.sidekey.authorization;

import dev.sidekey.credential.Announcement;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.Lease;
import dev.sidekey.credential.StoreException;
import dev.sidekey.credential.Vault;
import dev.sidekey.credential.Versioned;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the store that a refresh token is about to be shown, before it is. A process that is
 * stopped, cut off or killed between the server's answer and its write has used the token up, and
 * nobody else can see that from outside: whoever finds its announcement waits for the answer, and
 * when none comes a person logs in. Showing the token again would revoke the whole family (E14).
 */
final class Announcements {
    private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);

    /** How long one that was stopped or cut off may take to store its answer. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Vault vault;
    private final Clock clock;

    Announcements(Kept kept) {
        this.vault = kept.vault();
        this.clock = kept.clock();
    }

    /** What came of the wish to show a refresh token. */
    sealed interface Showing {}

    /** It may be shown, and the announcement is to be closed afterwards. */
    record Allowed(Versioned<Announcement> announcement) implements Showing {}

    /**
     * Another has shown it and not stored what it got.
     *
     * @param lost whether nobody comes with it any more
     */
    record InDoubt(boolean lost) implements Showing {}

    /** The lease is another's by now: all has to be looked at anew. */
    record TooLate() implements Showing {}

    /** Asks to show the refresh token of a credential, under its lease. */
    Showing announce(Versioned<Credential> stored, Lease lease) {
        var key = stored.value().key();
        var before = vault.announcement(key);
        if (before != null && before.value().reusable()) {
            return new Allowed(before);
        }
        var now = clock.instant();
        if (before != null && before.value().version() == stored.version()) {
            return new InDoubt(now.isAfter(before.value().at().plus(PATIENCE)));
        }
        var said =
                vault.announce(
                        new Announcement(key, stored.version(), now, false),
                        before == null ? 0 : before.version(),
                        lease);
        return said == null ? new TooLate() : new Allowed(said);
    }

    /** The server did not take the token: it may be shown again (E12). */
    void withdraw(Allowed allowed) {
        if (!allowed.announcement.value().reusable()) {
            vault.withdraw(allowed.announcement);
        }
    }

    /**
     * The answer is stored. What remains of the announcement is of an old version, and harmless.
     */
    void close(Allowed allowed, Credential before, Credential renewed, Lease lease) {
        var announcement = allowed.announcement;
        var said = announcement.value();
        var keepsToken = Objects.equals(before.refreshToken(), renewed.refreshToken());
        try {
            if (!keepsToken) {
                vault.withdraw(announcement);
            } else if (!said.reusable()) {
                var kept = new Announcement(said.credential(), said.version(), said.at(), true);
                var noted = vault.announce(kept, announcement.version(), lease);
                LOG.atTrace().addKeyValue("noted", noted != null).log("a server keeps its tokens");
            }
        } catch (StoreException e) {
            LOG.atDebug().addKeyValue("problem", e.getMessage()).log("an announcement stays");
        }
    }
}
