package dev.sidekey.authorization;

import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.grant.StaticHeader;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fixed credentials of upstreams with grant {@code static}. They are shown from the first
 * request on, as a server without OAuth may never say what it wants. A changed file is read behind
 * a request, at most once a second, and at once after a refusal. Safe on every thread.
 */
final class StaticCredentials {
    private static final Logger LOG = LoggerFactory.getLogger(StaticCredentials.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Held EXPIRED = new Held.Expired();

    private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final Executor virtualThreads;
    private final Clock clock;

    StaticCredentials(Executor virtualThreads, Clock clock) {
        this.virtualThreads = virtualThreads;
        this.clock = clock;
    }

    private record Entry(StaticCredential credential, AtomicLong lookAgainAt) {}

    /** What memory holds; the first look at a file is {@link #read}'s. */
    Held held(UpstreamConfig upstream) {
        var entry = entries.get(upstream.name());
        if (entry == null) {
            return EXPIRED;
        }
        var now = clock.millis();
        var due = entry.lookAgainAt.get();
        if (now >= due && entry.lookAgainAt.compareAndSet(due, now + LOOK_EVERY.toMillis())) {
            var _ = read(upstream);
        }
        return entry.credential.usable();
    }

    /** Whether one is held. */
    boolean isHeld(UpstreamConfig upstream) {
        return entries.containsKey(upstream.name());
    }

    /** Reads it anew. A file that cannot be read any more leaves what is held. */
    CompletableFuture<Authorization> read(UpstreamConfig upstream) {
        return CompletableFuture.supplyAsync(() -> readNow(upstream), virtualThreads)
                .exceptionally(e -> {
                    LOG.error("a fixed credential could not be read", e);
                    return Denials.broken();
                });
    }

    private Authorization readNow(UpstreamConfig upstream) {
        var before = entries.get(upstream.name());
        return switch (StaticHeader.read(upstream)) {
            case StaticHeader.Header header -> {
                if (before != null && before.credential.isSameAs(header)) {
                    yield new Authorization.Granted(before.credential);
                }
                var credential = new StaticCredential(header);
                var next = new AtomicLong(clock.millis() + LOOK_EVERY.toMillis());
                entries.put(upstream.name(), new Entry(credential, next));
                LOG.atInfo().addKeyValue("upstream", upstream.name()).log("a credential was read");
                yield new Authorization.Granted(credential);
            }
            case StaticHeader.Unreadable unreadable -> {
                var denied = Denials.unusableInput(upstream, unreadable.problem());
                LOG.atWarn().addKeyValue("problem", denied.message()).log("a file is unusable");
                yield before == null ? denied : new Authorization.Granted(before.credential);
            }
        };
    }

    /** After a refusal: the changed credential, if the file holds another one by now. */
    CompletableFuture<Authorization> afterRefusal(
            UpstreamConfig upstream, Refusal refusal, @Nullable BearerCredential presented) {
        return read(upstream)
                .thenApply(result -> {
                    var changed =
                            result instanceof Authorization.Granted granted
                                    && !granted.credential().equals(presented);
                    if (changed || result instanceof Authorization.Denied) {
                        return result;
                    }
                    return refusal instanceof Refusal.Unauthorized
                            ? Denials.staticRefused(upstream.url(), 401)
                            : new Authorization.PassOn();
                });
    }
}
