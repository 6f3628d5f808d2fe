package dev.sidekey.credential;

import static dev.sidekey.credential.RedisLink.number;

import io.lettuce.core.RedisException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of every change by publish and subscribe. A notice names the version before its own, so
 * that a lost one is missed at the next; a look at the last version every few seconds finds those
 * that had no next one, and a connection that is dead and does not know it. Where commands found
 * that out sooner, there is a new connection for notices at once.
 */
final class RedisWatch implements CredentialStore.Watch {
    private static final Logger LOG = LoggerFactory.getLogger(RedisWatch.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(4);

    /** A notice may be on its way while we look: it gets this long. */
    private static final Duration ON_ITS_WAY = Duration.ofMillis(400);

    private static final String SUBSCRIBED = "";
    private static final String REPLACED = "replaced";
    private static final String CLOSED = "closed";
    private static final Map<String, Kind> KINDS = new HashMap<>();

    static {
        for (var kind : Kind.values()) {
            KINDS.put(kind.label(), kind);
        }
    }

    private final Source source;
    private final Consumer<EntryKey> changed;
    private final Runnable missed;
    private final BlockingQueue<String> notices = new LinkedBlockingQueue<>();
    private volatile boolean closed;
    private volatile @Nullable StatefulRedisPubSubConnection<String, String> connection;
    private long seen;
    private long doubted = -1;
    private boolean behind;
    private boolean deaf;

    /** What is watched. */
    record Source(RedisLink link, String channel, String sequence) {}

    private RedisWatch(Source source, Consumer<EntryKey> changed, Runnable missed) {
        this.source = source;
        this.changed = changed;
        this.missed = missed;
    }

    /** Begins to watch, once that can be; what happens after the return is told. */
    static RedisWatch start(
            Source source, Executor executor, Consumer<EntryKey> changed, Runnable missed) {
        var watch = new RedisWatch(source, changed, missed);
        watch.seen =
                source.link.untilReached(() -> {
                    watch.subscribeAgain();
                    return watch.last();
                });
        watch.notices.remove(SUBSCRIBED);
        source.link.whenReplaced(() -> watch.notices.add(REPLACED));
        executor.execute(watch::run);
        return watch;
    }

    private RedisPubSubAdapter<String, String> receiver() {
        return new RedisPubSubAdapter<>() {
            @Override
            public void message(String from, String notice) {
                notices.add(notice);
            }

            @Override
            public void subscribed(String to, long count) {
                notices.add(SUBSCRIBED);
            }
        };
    }

    private long last() {
        byte[] last = source.link.call(c -> c.get(RedisLink.utf8(source.sequence)));
        return last == null ? 0 : number(last);
    }

    private void run() {
        var nextLook = System.nanoTime() + BETWEEN_LOOKS.toNanos();
        while (!closed) {
            var notice = next(nextLook - System.nanoTime());
            if (closed) {
                return;
            }
            try {
                if (REPLACED.equals(notice)) {
                    deaf = true;
                } else if (notice != null && !notice.equals(SUBSCRIBED)) {
                    take(notice);
                } else {
                    look();
                    var pause = doubted >= 0 ? ON_ITS_WAY : BETWEEN_LOOKS;
                    nextLook = System.nanoTime() + pause.toNanos();
                }
                if (behind) {
                    missed.run();
                    behind = false;
                }
                if (deaf) {
                    // after the reading, which must not wait for it; this may fail for long
                    subscribeAgain();
                    deaf = false;
                }
            } catch (StoreException e) {
                LOG.atDebug().addKeyValue("problem", e.getMessage()).log("cannot look for changes");
                nextLook = System.nanoTime() + BETWEEN_LOOKS.toNanos();
            } catch (RuntimeException e) {
                LOG.error("following the store failed unexpectedly", e);
            }
        }
    }

    private @Nullable String next(long nanos) {
        try {
            return notices.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            close();
            return CLOSED;
        }
    }

    private void take(String notice) {
        var parts = notice.split(" ", 4);
        var kind = parts.length == 4 ? KINDS.get(parts[2]) : null;
        if (kind == null) {
            return; // a kind that only a newer Sidekey knows, or nothing of ours
        }
        var before = Long.parseLong(parts[0]);
        var version = Long.parseLong(parts[1]);
        behind |= before > seen;
        seen = Math.max(seen, version);
        changed.accept(new EntryKey(kind, parts[3]));
    }

    private void look() {
        var last = last();
        if (last == seen) {
            doubted = -1;
        } else if (doubted < 0) {
            doubted = last;
        } else {
            // the notices of what we saw last time should have come by now
            if (seen < doubted || last < seen) {
                LOG.atWarn()
                        .addKeyValue("store", source.link)
                        .log("notices of the store were lost; reading all of it again");
                behind = true;
                deaf = true;
                seen = last;
            }
            doubted = -1;
        }
    }

    private void subscribeAgain() {
        var old = connection;
        connection = source.link.subscribe(source.channel, receiver());
        if (old != null) {
            old.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        notices.add(CLOSED);
        var open = connection;
        if (open != null && open.isOpen()) {
            try {
                open.close();
            } catch (RedisException e) {
                LOG.atDebug().log("could not close a watch: {}", e.toString());
            }
        }
    }
}
