package dev.sidekey.credential;

import dev.sidekey.config.StoreConfig;
import dev.sidekey.seal.Uninterrupted;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lettuce, set up so that a command is sent once at most: while there is no connection it fails at
 * once, and after a broken one it is not sent again. Threads are Lettuce's own, two for bytes and
 * two for the rest.
 */
final class RedisClients implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisClients.class);
    private static final int THREADS = 2;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private static final Duration PATIENCE_AT_THE_END = Duration.ofSeconds(5);

    private final ClientResources resources;
    private final AbstractRedisClient client;

    RedisClients(RedisAddress address, StoreConfig config) {
        resources =
                ClientResources.builder()
                        .ioThreadPoolSize(THREADS)
                        .computationThreadPoolSize(THREADS)
                        .reconnectDelay(
                                Delay.exponential(
                                        Duration.ofMillis(20),
                                        LONGEST_PAUSE,
                                        2,
                                        TimeUnit.MILLISECONDS))
                        .build();
        if (address.kind() == RedisAddress.Kind.CLUSTER) {
            var cluster = RedisClusterClient.create(resources, address.nodes());
            var options = ClusterClientOptions.builder();
            // looks for the new master soon after the old one is gone
            options.topologyRefreshOptions(
                    ClusterTopologyRefreshOptions.builder()
                            .adaptiveRefreshTriggersTimeout(LONGEST_PAUSE)
                            .refreshTriggersReconnectAttempts(1)
                            .build());
            fill(options, config);
            cluster.setOptions(options.build());
            client = cluster;
        } else {
            var single = RedisClient.create(resources, address.nodes().getFirst());
            var options = ClientOptions.builder();
            fill(options, config);
            single.setOptions(options.build());
            client = single;
        }
    }

    private static void fill(ClientOptions.Builder options, StoreConfig config) {
        var silent = config.timeout().multipliedBy(2);
        options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> true)
                .socketOptions(
                        SocketOptions.builder()
                                .connectTimeout(config.timeout())
                                .keepAlive(
                                        KeepAliveOptions.builder()
                                                .enable()
                                                .idle(silent)
                                                .interval(Duration.ofSeconds(1))
                                                .count(3)
                                                .build())
                                .build());
        options.sslOptions(tls(config));
    }

    private static SslOptions tls(StoreConfig config) {
        var tls = SslOptions.builder();
        var roots = config.caFile();
        if (roots != null) {
            tls.trustManager(roots.toFile());
        }
        var certificate = config.certificateFile();
        var key = config.certificateKeyFile();
        if (certificate != null && key != null) {
            tls.keyManager(certificate.toFile(), key.toFile(), new char[0]);
        }
        return tls.build();
    }

    /** A connection for commands. */
    RedisWire.Ends connect() {
        return switch (client) {
            case RedisClusterClient cluster -> {
                var connection = cluster.connect(ByteArrayCodec.INSTANCE);
                yield new RedisWire.Ends(connection.async(), connection);
            }
            case RedisClient single -> {
                var connection = single.connect(ByteArrayCodec.INSTANCE);
                yield new RedisWire.Ends(connection.async(), connection);
            }
            default -> throw new IllegalStateException("no such client");
        };
    }

    /** A connection for notices. */
    StatefulRedisPubSubConnection<String, String> connectPubSub(RedisCodec<String, String> codec) {
        return switch (client) {
            case RedisClusterClient cluster -> cluster.connectPubSub(codec);
            case RedisClient single -> single.connectPubSub(codec);
            default -> throw new IllegalStateException("no such client");
        };
    }

    @Override
    public void close() {
        try {
            var closed = client.shutdownAsync(0, 2, TimeUnit.SECONDS);
            Uninterrupted.get(closed, PATIENCE_AT_THE_END);
        } catch (ExecutionException | TimeoutException e) {
            LOG.atDebug().addKeyValue("problem", e.toString()).log("connections were left open");
        }
        var _ = resources.shutdown(0, 2, TimeUnit.SECONDS);
    }
}
