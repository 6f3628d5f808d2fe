package dev.sidekey;

import dev.sidekey.credential.RedisServer;
import dev.sidekey.fakes.CuttableProxy;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of several Sidekeys on one Redis share. */
abstract class ReplicasTest extends RoadTest {
    final int sharedAdmin = TestConfig.freePort();
    RedisServer redis;
    CuttableProxy wire;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void startRedis() {
        redis = RedisServer.start();
        wire = CuttableProxy.before(redis.port());
    }

    @AfterEach
    void stop() throws Exception {
        for (var one : opened.reversed()) {
            one.close();
        }
        wire.close();
        redis.close();
    }

    /** One of the fleet; all of them send browsers to the first one's admin listener. */
    final RunningSidekey replica(boolean first) throws Exception {
        return replica(first, config());
    }

    final RunningSidekey replica(boolean first, TestConfig config) throws Exception {
        return replica(first, config, wire);
    }

    /** The same on a wire of its own. */
    final RunningSidekey replica(boolean first, TestConfig config, CuttableProxy own)
            throws Exception {
        config.store = RedisServer.config("redis://127.0.0.1:" + own.port(), "fleet");
        config.publicUrl = URI.create("http://127.0.0.1:" + sharedAdmin);
        config.adminPort = first ? sharedAdmin : 0;
        var replica = start(config);
        opened.add(replica);
        return replica;
    }

    /** Whether one has a credential in memory. */
    static boolean holds(RunningSidekey sidekey) {
        return shows(sidekey, "\"authorized\"");
    }

    /** Whether one's own view of its upstreams says this; it is from memory. */
    static boolean shows(RunningSidekey sidekey, String words) {
        try {
            return sidekey.get(sidekey.adminUrl("/api/v1/upstreams")).body().contains(words);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a call gets the upstream's own answer. */
    static boolean isAnswered(RunningSidekey sidekey) {
        try {
            return sidekey.call("/mcp", "echo").get().body().contains("\"result\":{\"echo");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
