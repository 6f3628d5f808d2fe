package dev.sidekey.credential;

import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection for commands. One that is open and says nothing for long leads to nobody any more,
 * or to a master that stands still while another was promoted: it is given up for a new one, which
 * asks the Sentinels again. Safe on every thread.
 */
final class RedisWire {
    private static final Logger LOG = LoggerFactory.getLogger(RedisWire.class);
    private static final int SILENT_TIMEOUTS = 2;

    private final RedisClients clients;
    private final long longestSilence;
    private final ReentrantLock replacing = new ReentrantLock();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Ends ends;
    private volatile long lastAnswer = System.nanoTime();

    /** One connection. */
    record Ends(
            RedisClusterAsyncCommands<byte[], byte[]> commands,
            StatefulConnection<byte[], byte[]> connection) {}

    /**
     * Connects.
     *
     * @param timeout of a command; silence of twice as long ends the connection
     */
    RedisWire(RedisClients clients, Duration timeout) {
        this.clients = clients;
        this.longestSilence = timeout.multipliedBy(SILENT_TIMEOUTS).toNanos();
        this.ends = clients.connect();
    }

    /** Tells of each new connection that replaces a silent one. */
    void whenReplaced(Runnable listener) {
        listeners.add(listener);
    }

    RedisClusterAsyncCommands<byte[], byte[]> commands() {
        return ends.commands();
    }

    /**
     * A connection to whoever holds a key, the same one each time; of its own in a Cluster.
     *
     * @throws RedisException when nobody is known to hold it, or cannot be connected to
     */
    RedisClusterAsyncCommands<byte[], byte[]> commandsAtMasterOf(byte[] key) {
        if (ends.connection() instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster) {
            var master = cluster.getPartitions().getPartitionBySlot(SlotHash.getSlot(key));
            if (master == null) {
                throw new RedisException("nobody holds the slot of the store");
            }
            return cluster.getConnection(master.getNodeId()).async();
        }
        return ends.commands();
    }

    /** The other side said something, be it an error. */
    void answered() {
        lastAnswer = System.nanoTime();
    }

    /** A command got no answer in its time. May block as long as a connection may take. */
    void unanswered() {
        if (System.nanoTime() - lastAnswer > longestSilence && replacing.tryLock()) {
            try {
                replace();
            } finally {
                replacing.unlock();
            }
        }
    }

    private void replace() {
        var old = ends;
        try {
            ends = clients.connect();
            answered();
            var _ = old.connection().closeAsync();
            LOG.info("a connection to the store said nothing for long; there is a new one");
            listeners.forEach(Runnable::run);
        } catch (RedisException e) {
            LOG.atDebug().addKeyValue("problem", e.toString()).log("no new connection yet");
        }
    }
}
