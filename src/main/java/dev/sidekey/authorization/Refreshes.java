package dev.sidekey.authorization;

import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.CredentialKey;
import dev.sidekey.credential.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** At most one refresh a credential in this process; everybody joins it. */
final class Refreshes {
    private static final Logger LOG = LoggerFactory.getLogger(Refreshes.class);

    private static final long PAUSE_MILLIS = 1000;

    private final RefreshCredential refreshCredential;
    private final Executor virtualThreads;
    private final UnderWay underWay;
    private final RefreshRecord record;
    private final ConcurrentMap<CredentialKey, CompletableFuture<Refreshed>> running =
            new ConcurrentHashMap<>();

    /** What a refresh came to. */
    sealed interface Refreshed {}

    /** A newer credential is held: refreshed here, or found in the store. */
    record Renewed(HeldCredential credential) implements Refreshed {}

    /** Nothing renews it any more. */
    record Gone() implements Refreshed {}

    /** Not now: the server or the store failed (E12). */
    record NotNow(Authorization.Denied denied) implements Refreshed {}

    /** Why a credential is refreshed. */
    enum Cause {
        STALE,
        EXPIRED,
        REFUSED
    }

    Refreshes(
            RefreshCredential refreshCredential,
            Executor virtualThreads,
            UnderWay underWay,
            RefreshRecord record) {
        this.refreshCredential = refreshCredential;
        this.virtualThreads = virtualThreads;
        this.underWay = underWay;
        this.record = record;
    }

    /** Starts or joins the refresh of a credential. Never blocks; never completes exceptionally. */
    CompletableFuture<Refreshed> start(UpstreamConfig upstream, HeldCredential held, Cause cause) {
        var key = held.credential().key();
        var mine = new CompletableFuture<Refreshed>();
        var other = running.putIfAbsent(key, mine);
        if (other != null) {
            return other;
        }
        virtualThreads.execute(() -> {
            Refreshed refreshed = new NotNow(Denials.broken());
            var span = record.begin(upstream);
            try {
                refreshed = underWay.during(() -> refreshCredential.refresh(upstream, held));
            } catch (StoreException e) {
                refreshed = withoutStore(held, e);
            } catch (RuntimeException e) {
                LOG.error("a refresh failed unexpectedly", e);
            } finally {
                running.remove(key, mine);
                record.end(span, upstream, held, refreshed, cause);
                mine.complete(refreshed);
            }
        });
        return mine;
    }

    /** What cannot be fenced is not refreshed; what is held is used to its end. */
    private static Refreshed withoutStore(HeldCredential held, StoreException e) {
        // one that does not answer has said so once
        LOG.atLevel(e.isPassing() ? Level.DEBUG : Level.ERROR)
                .addKeyValue("upstream", held.credential().upstreamUrl())
                .addKeyValue("problem", e.getMessage())
                .log(
                        "a token cannot be renewed without the store; what is held is used to its end");
        held.refreshNotBefore(System.currentTimeMillis() + PAUSE_MILLIS);
        return new NotNow(Denials.storeFailed(String.valueOf(e.getMessage())));
    }
}
