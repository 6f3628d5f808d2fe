package dev.sidekey.authorization;

import dev.sidekey.credential.Credential;
import dev.sidekey.credential.CredentialKey;
import dev.sidekey.credential.Lease;
import dev.sidekey.credential.StoreException;
import dev.sidekey.credential.Vault;
import dev.sidekey.credential.Versioned;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what a server gave for a refresh token, again and again until the store has it: this
 * process holds the only copy. Nobody else shows the token that was used up, since its announcement
 * stands; nobody here refreshes what is not stored.
 */
final class LateWrites {
    private static final Logger LOG = LoggerFactory.getLogger(LateWrites.class);
    private static final long FIRST_PAUSE = 50;
    private static final long LONGEST_PAUSE = 1000;

    private final Vault vault;
    private final HeldCredentials held;
    private final Announcements announcements;
    private final Executor virtualThreads;

    LateWrites(Kept kept, Announcements announcements, Executor virtualThreads) {
        this.announcements = announcements;
        this.vault = kept.vault();
        this.held = kept.held();
        this.virtualThreads = virtualThreads;
    }

    /** The lease of a credential's refreshes. */
    static String leaseOf(CredentialKey key) {
        return "refresh:" + key.id();
    }

    /**
     * A rotation whose answer is to be stored.
     *
     * @param before what the store has, as far as we know
     * @param renewed what is to replace it
     * @param allowed to be closed then; null where no refresh token was shown
     */
    record Rotation(
            Versioned<Credential> before,
            Credential renewed,
            Announcements.@Nullable Allowed allowed) {}

    /**
     * Serves the new token from now on, and writes it as soon as the store answers.
     *
     * @param lease under which the token was shown; it is given back here
     */
    HeldCredential begin(Rotation rotation, Lease lease) {
        var unstored =
                held.put(
                        new Versioned<>(rotation.renewed, rotation.before.version()),
                        HeldCredential.Origin.REFRESHED);
        unstored.refreshNotBefore(Long.MAX_VALUE);
        LOG.atWarn()
                .addKeyValue("upstream", rotation.renewed.upstreamUrl())
                .log("a renewed credential could not be stored; it is tried until it is");
        virtualThreads.execute(() -> run(rotation, lease));
        return unstored;
    }

    private void run(Rotation rotation, Lease first) {
        @Nullable Lease lease = first;
        var pause = FIRST_PAUSE;
        while (true) {
            var last = Thread.currentThread().isInterrupted();
            try {
                lease = lease == null ? acquire(rotation) : lease;
                if (lease != null && isSettled(rotation, lease)) {
                    return;
                }
                // another one took it over, and gives it back soon
                lease = null;
                pause = FIRST_PAUSE;
            } catch (StoreException e) {
                LOG.atDebug().addKeyValue("problem", e.getMessage()).log("not stored yet");
            }
            if (last) {
                LOG.atError()
                        .addKeyValue("upstream", rotation.renewed.upstreamUrl())
                        .log("stopping with a renewed credential that the store does not have");
                return;
            }
            Pause.millis(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE);
        }
    }

    private @Nullable Lease acquire(Rotation rotation) {
        return vault.acquire(leaseOf(rotation.renewed.key()), Leases.TTL);
    }

    private boolean isSettled(Rotation rotation, Lease lease) {
        if (settle(rotation, lease) instanceof Refused) {
            return false;
        }
        Turn.giveBack(vault, lease);
        return true;
    }

    /** What came of a write. */
    sealed interface Settled {}

    /** It is stored, or another credential stands in its place: this one is held now. */
    record Stands(HeldCredential credential) implements Settled {}

    /** There is none any more. */
    record Dropped() implements Settled {}

    /** The lease was taken over, and nothing else was written: to be tried under another lease. */
    record Refused() implements Settled {}

    /** Stores a rotation under a lease, or finds that it is stored, or that another stands. */
    Settled settle(Rotation rotation, Lease lease) {
        var saved = vault.save(rotation.renewed, rotation.before.version(), lease);
        if (saved == null) {
            saved = vault.credential(rotation.renewed.key());
            if (saved != null && saved.version() == rotation.before.version()) {
                return new Refused();
            }
        }
        if (saved == null) {
            held.drop(HeldCredentials.slotOf(rotation.renewed), rotation.renewed.key());
            return new Dropped();
        }
        if (rotation.allowed != null) {
            announcements.close(rotation.allowed, rotation.before.value(), rotation.renewed, lease);
        }
        return new Stands(
                saved.value().accessToken().equals(rotation.renewed.accessToken())
                        ? held.put(saved, HeldCredential.Origin.REFRESHED)
                        : held.adopt(saved));
    }
}
