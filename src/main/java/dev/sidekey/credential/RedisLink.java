package dev.sidekey.credential;

import dev.sidekey.config.StoreConfig;
import dev.sidekey.seal.Uninterrupted;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to Redis or Valkey: every command bounded in time, none sent a second time, each
 * failure a {@link StoreException}. Safe on every thread; blocks, and no interrupt cuts it short.
 */
final class RedisLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);

    /** What the script says of a record that it does not know. */
    static final String DAMAGED = "DAMAGED";

    private static final byte[] SCRIPT = script();
    private static final byte[] MARK = utf8("1");
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(20);

    private final RedisAddress address;
    private final RedisClients clients;
    private final RedisWire wire;
    private final Duration timeout;
    private final String digest;
    private volatile @Nullable String trouble;

    private RedisLink(RedisAddress address, RedisClients clients, Duration timeout) {
        this.address = address;
        this.clients = clients;
        this.timeout = timeout;
        this.wire = new RedisWire(clients, timeout);
        this.digest = wire.commands().digest(SCRIPT);
    }

    /**
     * Connects; where nobody answers, tries again until somebody does.
     *
     * @param probed a key that is read, to see that keys can be read at all
     * @throws StoreException where an answer says that trying again is no use: a wrong user,
     *     password, certificate or version
     */
    static RedisLink open(StoreConfig config, String probed) {
        var address = RedisAddress.of(config);
        var clients = new RedisClients(address, config);
        try {
            return RedisStart.untilReached(
                    address,
                    () -> {
                        var link = new RedisLink(address, clients, config.timeout());
                        RedisStart.check(address, link.call(c -> c.info()));
                        byte[] last = link.call(c -> c.get(utf8(probed)));
                        LOG.debug("the store at {} is {}", address, last == null ? "new" : "known");
                        return link;
                    });
        } catch (RuntimeException e) {
            clients.close();
            throw e;
        }
    }

    /** Tries until it goes well or cannot; see {@link RedisStart#untilReached}. */
    <T> T untilReached(Supplier<T> attempt) {
        return RedisStart.untilReached(address, attempt);
    }

    private static byte[] script() {
        try (InputStream text = RedisLink.class.getResourceAsStream("store.lua")) {
            return Objects.requireNonNull(text, "store.lua lies beside this class").readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("store.lua cannot be read", e);
        }
    }

    /** Why the last command failed; null when it did not. From memory. */
    @Nullable String trouble() {
        return trouble;
    }

    /** Runs the script; see {@code store.lua}. */
    byte @Nullable [] run(byte[][] keys, byte[]... arguments) {
        byte[] result;
        try {
            result = call(c -> c.evalsha(digest, ScriptOutputType.VALUE, keys, arguments));
        } catch (StoreException e) {
            if (!(e.getCause() instanceof RedisNoScriptException)) {
                throw e;
            }
            // a restarted engine has forgotten it
            result = call(c -> c.eval(SCRIPT, ScriptOutputType.VALUE, keys, arguments));
        }
        return result;
    }

    /** Sends a command and waits for its answer. */
    <T extends @Nullable Object> T call(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
        var end = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                var result = once(command);
                wire.answered();
                found();
                return result;
            } catch (ExecutionException e) {
                var cause = Objects.requireNonNullElse(e.getCause(), e);
                if (!isUnsent(cause) || System.nanoTime() > end) {
                    throw failed(cause);
                }
            } catch (RedisException | CancellationException e) {
                throw failed(e);
            }
            LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
        }
    }

    private <T extends @Nullable Object> T once(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command)
            throws ExecutionException {
        var answer = command.apply(wire.commands()).toCompletableFuture();
        try {
            return Uninterrupted.get(answer, timeout);
        } catch (TimeoutException e) {
            answer.cancel(true);
            wire.unanswered();
            throw unreachable(
                    "did not answer within " + timeout.toMillis() + " ms (store.timeout)", e);
        }
    }

    /** In a Cluster, the connection to a node is made by the first command that needs it. */
    private boolean isUnsent(Throwable cause) {
        return address.kind() == RedisAddress.Kind.CLUSTER
                && String.valueOf(cause.getMessage()).contains("Commands are rejected");
    }

    private StoreException failed(Throwable cause) {
        if (cause instanceof RedisCommandExecutionException) {
            wire.answered();
        }
        var says = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
        if (RedisStart.isRefusal(says)) {
            trouble = address + " refuses: " + says;
            return new StoreException(RedisStart.refused(address, says), cause);
        }
        if (cause instanceof RedisNoScriptException) {
            return new StoreException("no script", cause);
        }
        if (says.startsWith(DAMAGED)) {
            return new StoreException(DAMAGED, cause);
        }
        return unreachable("failed: " + says, cause);
    }

    private StoreException unreachable(String what, @Nullable Throwable cause) {
        var message = "the store at " + address + " " + what;
        if (trouble == null) {
            LOG.warn("{}; what is held goes on serving", message);
        }
        trouble = message;
        return StoreException.unreachable(message, cause);
    }

    private void found() {
        if (trouble != null) {
            trouble = null;
            LOG.info("the store at {} answers again", address);
        }
    }

    /**
     * Waits until a replica has what was written, where a replica may be promoted and there is one:
     * what it has is not lost then.
     *
     * @param mark a key of the same slot, written here where a Cluster's write went another way: a
     *     replica that has this one has all before it
     * @throws StoreException when there is a replica and it does not say so in time
     */
    void confirm(byte[] mark) {
        if (address.kind() == RedisAddress.Kind.SERVER) {
            return;
        }
        var master = masterOf(mark);
        var replication = call(_ -> master.info("replication"));
        if (replication.contains("connected_slaves:0")) {
            return;
        }
        if (address.kind() == RedisAddress.Kind.CLUSTER) {
            var _ = call(_ -> master.set(mark, MARK));
        }
        if (call(_ -> master.waitForReplication(1, timeout.toMillis() / 2)) == 0) {
            throw unreachable("has replicas, and none confirmed a write in time", null);
        }
    }

    private RedisClusterAsyncCommands<byte[], byte[]> masterOf(byte[] key) {
        try {
            return wire.commandsAtMasterOf(key);
        } catch (RedisException e) {
            throw failed(RedisStart.root(e));
        }
    }

    /** Listens to a channel; the receiver runs on a thread of the client and must not block. */
    StatefulRedisPubSubConnection<String, String> subscribe(
            String channel, RedisPubSubAdapter<String, String> receiver) {
        StatefulRedisPubSubConnection<String, String> connection;
        try {
            connection = clients.connectPubSub(StringCodec.UTF8);
        } catch (RedisException e) {
            throw failed(RedisStart.root(e));
        }
        try {
            connection.addListener(receiver);
            Uninterrupted.get(connection.async().subscribe(channel).toCompletableFuture(), timeout);
            return connection;
        } catch (ExecutionException e) {
            connection.close();
            throw failed(Objects.requireNonNullElse(e.getCause(), e));
        } catch (TimeoutException | RedisException e) {
            connection.close();
            throw unreachable("did not confirm a subscription", e);
        }
    }

    /** Tells of each new connection for commands that replaces a silent one; must not block. */
    void whenReplaced(Runnable listener) {
        wire.whenReplaced(listener);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static long number(byte[] digits) {
        return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    }

    Duration timeout() {
        return timeout;
    }

    @Override
    public String toString() {
        return address.toString();
    }

    @Override
    public void close() {
        clients.close();
    }
}
