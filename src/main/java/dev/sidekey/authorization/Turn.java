package dev.sidekey.authorization;

import dev.sidekey.credential.Lease;
import dev.sidekey.credential.StoreException;
import dev.sidekey.credential.Vault;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to authorize a slot, or to renew a credential, among all processes that share the store
 * (E14). Held by one flow; renewed while a person logs in; another process takes over when its
 * holder dies.
 */
final class Turn implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Turn.class);

    static final Duration TTL = Duration.ofSeconds(15);

    private final Vault vault;
    private final Lease lease;
    private final @Nullable Turn outer;
    private boolean handedOver;

    Turn(Vault vault, Lease lease) {
        this(vault, lease, null);
    }

    /**
     * @param outer of the flow that waits for this one, and keeps its turn meanwhile; null for none
     */
    Turn(Vault vault, Lease lease, @Nullable Turn outer) {
        this.vault = vault;
        this.lease = lease;
        this.outer = outer;
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
        if (outer != null) {
            outer.keep();
        }
        return vault.renew(lease, TTL);
    }

    @Override
    public void close() {
        if (!handedOver) {
            giveBack(vault, lease);
        }
    }

    /** The lease, which the caller gives back from now on. */
    Lease handOver() {
        handedOver = true;
        return lease;
    }

    /** Gives a lease back; where the store does not answer, it runs out by itself. */
    static void giveBack(Vault vault, Lease lease) {
        try {
            vault.release(lease);
        } catch (StoreException e) {
            LOG.atDebug().addKeyValue("problem", e.getMessage()).log("could not give a lease back");
        }
    }
}
