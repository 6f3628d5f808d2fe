package dev.sidekey.authorization;

import dev.sidekey.credential.Lease;
import dev.sidekey.credential.Vault;
import java.time.Duration;

/**
 * The right to authorize a slot, among all processes that share the store (E14). Held by one flow;
 * renewed while a person logs in; another process takes over when its holder dies.
 */
final class Turn implements AutoCloseable {
    static final Duration TTL = Duration.ofSeconds(15);

    private final Vault vault;
    private final Lease lease;

    Turn(Vault vault, Lease lease) {
        this.vault = vault;
        this.lease = lease;
    }

    /** The name of the lease. */
    static String nameOf(Slot slot) {
        return "authorize:" + slot.account() + "\n" + slot.upstreamUrl();
    }

    Lease lease() {
        return lease;
    }

    /** Keeps the turn. False when another process has it now. */
    boolean keep() {
        return vault.renew(lease, TTL);
    }

    @Override
    public void close() {
        vault.release(lease);
    }
}
