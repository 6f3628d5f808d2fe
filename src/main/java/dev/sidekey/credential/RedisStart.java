package dev.sidekey.credential;

import io.lettuce.core.RedisException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The beginning of a connection: what is worth a second try, and what is one clear error. */
final class RedisStart {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStart.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int OLDEST = 7;
    private static final int MOST_REASONS = 50;
    private static final Pattern REFUSAL =
            Pattern.compile(
                    "(?s).*\\b(NOAUTH|WRONGPASS|NOPERM|DENIED)\\b.*|ERR invalid password.*"
                            // Redis 7.0, of a command within a script
                            + "|ERR The user executing the script can't.*");
    private static final Pattern VERSION = Pattern.compile("(?m)^redis_version:((\\d+)[^\\s]*)");

    private static final Pattern MODE = Pattern.compile("(?m)^(?:redis|server)_mode:(\\w+)");
    private static final Pattern REPLICA = Pattern.compile("(?m)^role:slave");

    private RedisStart() {}

    /** Tries until somebody answers, and says each time why it goes on waiting. */
    static <T> T untilReached(RedisAddress address, Supplier<T> attempt) {
        var pause = FIRST_PAUSE;
        while (true) {
            String problem;
            try {
                return attempt.get();
            } catch (RedisException e) {
                refuseToGoOn(address, e);
                problem = problem(e);
            } catch (StoreException e) {
                if (!e.isPassing()) {
                    throw e;
                }
                refuseOtherwise(address);
                problem = String.valueOf(e.getMessage());
            }
            LOG.atWarn()
                    .addKeyValue("store", address)
                    .addKeyValue("problem", problem)
                    .addKeyValue("again_in_ms", pause.toMillis())
                    .log(
                            "the store cannot be reached; not ready until it can."
                                    + " If this stays, check host, port and scheme of store.url");
            LockSupport.parkNanos(pause.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw StoreException.unreachable("told to stop before the store was reached", null);
            }
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        }
    }

    /** A name may be unknown until the engine's pods are there. */
    private static String problem(RedisException e) {
        for (var reason : reasons(e)) {
            if (reason instanceof UnknownHostException) {
                return "its host does not resolve: " + reason.getMessage();
            }
        }
        var root = root(e);
        return Objects.requireNonNullElse(root.getMessage(), root.toString());
    }

    /** Whether an answer is about who asks, so that asking again is no use. */
    static boolean isRefusal(String says) {
        return REFUSAL.matcher(says).matches();
    }

    static String refused(RedisAddress address, String says) {
        return "the store at %s refuses Sidekey: %s. Check user and password in store.url (those of Sentinels in"
                        .formatted(address, says)
                + " store.sentinel-password), and what docs/replicas.md says the user may do";
    }

    /** Throws where trying again is no use: somebody answered, and it is not whom we mean. */
    private static void refuseToGoOn(RedisAddress address, RedisException e) {
        for (var reason : reasons(e)) {
            var says = Objects.requireNonNullElse(reason.getMessage(), reason.toString());
            if (isRefusal(says)) {
                throw new StoreException(refused(address, says), e);
            }
            if (says.contains("cluster support disabled")) {
                throw wrong(address, "no Cluster; write redis://HOST:PORT");
            }
            if (says.contains("DB index is out of range")) {
                throw wrong(address, "without the database that store.url names after the port");
            }
            if (says.startsWith("Cannot provide redisAddress using sentinel")) {
                throw wrong(address, "without the master that store.url names after #");
            }
        }
        refuseOtherwise(address);
        for (var reason : reasons(e)) {
            if (reason instanceof SSLException && !isBrokenOff(reason)) {
                throw new StoreException(
                        ("the store at %s cannot be trusted, or does not trust: %s. Name its roots"
                                        + " in store.ca-file, and our certificate in"
                                        + " store.certificate-file where it asks for one")
                                .formatted(address, reason.getMessage()),
                        e);
            }
        }
    }

    /** A handshake that had no end says nothing about trust: the engine may be stopped, or slow. */
    private static boolean isBrokenOff(Throwable handshake) {
        var says = String.valueOf(handshake.getMessage());
        return says.contains("timed out") || says.contains("closed");
    }

    /** Throws where TLS is spoken and the address says no TLS, or the other way round. */
    private static void refuseOtherwise(RedisAddress address) {
        for (var node : address.places()) {
            if (RedisProbe.speaksOtherwise(node, node.getTimeout())) {
                throw new StoreException(
                        "the store at %s speaks %s: write %s in store.url"
                                .formatted(
                                        address,
                                        node.isSsl() ? "no TLS" : "TLS",
                                        address.otherScheme()),
                        null);
            }
        }
    }

    /** An exception and all beneath and beside it. */
    private static List<Throwable> reasons(Throwable e) {
        var reasons = new ArrayList<Throwable>(List.of(e));
        for (int i = 0; i < reasons.size() && i < MOST_REASONS; i++) {
            reasons.addAll(List.of(reasons.get(i).getSuppressed()));
            var cause = reasons.get(i).getCause();
            if (cause != null) {
                reasons.add(cause);
            }
        }
        return reasons;
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
     * Checks what {@code INFO} says; Valkey names the Redis that it is compatible with.
     *
     * @throws StoreException when the engine is too old, or another one than the address says; a
     *     passing one when it is a replica, which takes no writes
     */
    static void check(RedisAddress address, String info) {
        var version = VERSION.matcher(info);
        if (!version.find() || Integer.parseInt(version.group(2)) < OLDEST) {
            throw wrong(
                    address,
                    "Redis %s; Sidekey needs Redis 7, Valkey 8 or newer"
                            .formatted(version.hasMatch() ? version.group(1) : "of no version"));
        }
        var mode = MODE.matcher(info);
        var said = mode.find() ? mode.group(1) : "";
        if (said.equals("sentinel")) {
            throw wrong(address, "a Sentinel; write redis-sentinel://HOST:PORT#MASTER");
        }
        if (address.kind() != RedisAddress.Kind.CLUSTER) {
            if (said.equals("cluster")) {
                throw wrong(address, "a node of a Cluster; write redis-cluster://HOST:PORT");
            }
            if (REPLICA.matcher(info).find()) {
                throw StoreException.unreachable(
                        "the store at %s is a replica, and takes no writes".formatted(address),
                        null);
            }
        }
    }

    private static StoreException wrong(RedisAddress address, String what) {
        return new StoreException("the store at %s is %s".formatted(address, what), null);
    }
}
