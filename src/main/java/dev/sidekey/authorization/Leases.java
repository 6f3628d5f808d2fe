package dev.sidekey.authorization;

import dev.sidekey.credential.Lease;
import dev.sidekey.credential.Vault;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Waits for a lease that another process may hold. Blocks; runs on virtual threads. */
final class Leases {
    static final Duration TTL = Duration.ofSeconds(15);
    private static final long LOOK_EVERY_MILLIS = 250;

    private final Vault vault;
    private final StoreNews news;
    private final Duration patience;

    /**
     * @param patience how long to wait; longer than a token request may take, and than the TTL
     */
    Leases(Kept kept, Duration patience) {
        this.vault = kept.vault();
        this.news = kept.news();
        this.patience = patience;
    }

    /** The lease, or null when another process kept it for longer than anybody should. */
    @Nullable Lease await(String name) {
        var giveUp = System.nanoTime() + patience.toNanos();
        while (true) {
            var lease = vault.acquire(name, TTL);
            if (lease != null || System.nanoTime() > giveUp) {
                return lease;
            }
            news.await(LOOK_EVERY_MILLIS);
        }
    }
}
