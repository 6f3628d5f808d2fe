package dev.sidekey.credential;

import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The beginning of a connection: what is worth a second try, and what is one clear error. */
final class RedisStart {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStart.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int OLDEST = 7;
    private static final Pattern REFUSAL =
            Pattern.compile(
                    "(?s).*\\b(NOAUTH|WRONGPASS|NOPERM|DENIED)\\b.*|ERR invalid password.*");
    private static final Pattern VERSION = Pattern.compile("(?m)^redis_version:((\\d+)[^\\s]*)");

    private RedisStart() {}

    /** Tries until somebody answers, and says each time why it goes on waiting. */
    static <T> T untilReached(RedisAddress address, Supplier<T> attempt) {
        var pause = FIRST_PAUSE;
        while (true) {
            String problem;
            try {
                return attempt.get();
            } catch (RedisException e) {
                var root = root(e);
                problem = Objects.requireNonNullElse(root.getMessage(), root.toString());
                if (isRefusal(problem)) {
                    throw new StoreException(refused(address, problem), e);
                }
                if (isOfTls(e)) {
                    throw new StoreException(
                            "the store at %s cannot be trusted: %s. Name the roots in store.ca-file"
                                    .formatted(address, problem),
                            e);
                }
            } catch (StoreException e) {
                if (!e.isPassing()) {
                    throw e;
                }
                problem = String.valueOf(e.getMessage());
            }
            LOG.atWarn()
                    .addKeyValue("store", address)
                    .addKeyValue("problem", problem)
                    .addKeyValue("again_in_ms", pause.toMillis())
                    .log("the store cannot be reached; not ready until it can");
            LockSupport.parkNanos(pause.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw StoreException.unreachable("told to stop before the store was reached", null);
            }
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        }
    }

    /** Whether an answer is about who asks, so that asking again is no use. */
    static boolean isRefusal(String says) {
        return REFUSAL.matcher(says).matches();
    }

    static String refused(RedisAddress address, String says) {
        return "the store at %s refuses Sidekey: %s. Check user and password in store.url, and what"
                        .formatted(address, says)
                + " docs/replicas.md says the user has to be allowed";
    }

    /** Whether the server could be reached, and was not trusted. */
    private static boolean isOfTls(Throwable e) {
        for (@Nullable Throwable next = e; next != null; next = next.getCause()) {
            if (next instanceof SSLException) {
                return true;
            }
        }
        return false;
    }

    /** What lies at the bottom of an exception. */
    static Throwable root(Throwable e) {
        var root = e;
        for (var next = e.getCause(); next != null; next = next.getCause()) {
            root = next;
        }
        return root;
    }

    /**
     * Checks what {@code INFO server} says; Valkey names the Redis that it is compatible with.
     *
     * @throws StoreException when the engine is too old
     */
    static void checkVersion(RedisAddress address, String info) {
        var version = VERSION.matcher(info);
        if (!version.find() || Integer.parseInt(version.group(2)) < OLDEST) {
            throw new StoreException(
                    "the store at %s is Redis %s; Sidekey needs Redis 7, Valkey 8 or newer"
                            .formatted(
                                    address,
                                    version.hasMatch() ? version.group(1) : "of no version"),
                    null);
        }
    }
}
