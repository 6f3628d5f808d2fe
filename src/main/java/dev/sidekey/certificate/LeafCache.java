package dev.sidekey.certificate;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Leaves in memory, as many as a busy agent has hosts and no more. Each is made anew every hour:
 * that is long before it ends, soon after the CA was rotated, and costs a signature.
 */
final class LeafCache implements LeafCertificates {
    private static final int BOUND = 1_000;
    private static final Duration LIFE = Duration.ofHours(1);

    private final CertificateAuthority authority;
    private final AsyncCache<CertifiedHost, Made> leaves;

    LeafCache(CertificateAuthority authority, Executor executor, InstantSource clock) {
        this.authority = authority;
        this.leaves =
                Caffeine.newBuilder()
                        .maximumSize(BOUND)
                        .expireAfter(Expiry.<CertifiedHost, Made>creating(LeafCache::life))
                        // the wall's clock: the other one stands still while a laptop sleeps
                        .ticker(() -> Duration.ofMillis(clock.millis()).toNanos())
                        .executor(executor)
                        .buildAsync();
    }

    /** What came of making a leaf; as a value, since the cache logs exceptions. */
    private sealed interface Made {
        record Done(Leaf leaf) implements Made {}

        record Failed(AuthorityException reason) implements Made {}
    }

    private static Duration life(CertifiedHost host, Made made) {
        return made instanceof Made.Done ? LIFE : Duration.ZERO;
    }

    @Override
    public @Nullable Leaf held(String host) {
        try {
            var made = leaves.synchronous().getIfPresent(CertifiedHost.of(host));
            return made instanceof Made.Done(var leaf) ? leaf : null;
        } catch (AuthorityException noHost) {
            return null;
        }
    }

    @Override
    public CompletableFuture<Leaf> leaf(String host) {
        try {
            return leaves.get(CertifiedHost.of(host), this::make).thenCompose(LeafCache::settled);
        } catch (AuthorityException noHost) {
            return CompletableFuture.failedFuture(noHost);
        }
    }

    private Made make(CertifiedHost host) {
        try {
            return new Made.Done(authority.issue(host));
        } catch (AuthorityException reason) {
            return new Made.Failed(reason);
        }
    }

    private static CompletableFuture<Leaf> settled(Made made) {
        return switch (made) {
            case Made.Done(var leaf) -> CompletableFuture.completedFuture(leaf);
            case Made.Failed(var reason) -> CompletableFuture.failedFuture(reason);
        };
    }

    /** For tests: how many are held once the cache has tidied up. */
    long size() {
        leaves.synchronous().cleanUp();
        return leaves.synchronous().estimatedSize();
    }
}
