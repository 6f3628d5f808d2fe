package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidekey.RunningSidekey;
import dev.sidekey.config.StoreConfig;
import dev.sidekey.credential.RedisServer;
import dev.sidekey.credential.StoreException;
import dev.sidekey.credential.Vault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two Sidekeys whose Redis has Sentinels, while these promote its replica (E14). */
@Timeout(120)
final class SentinelIT {
    @TempDir Path work;

    private static StoreConfig store(SentinelGroup group) {
        return RedisServer.withSentinels(
                RedisServer.config(group.url(), "fleet"), null, SentinelGroup.PASSWORD);
    }

    /** KILL ends the master; STOP leaves its connections open, and nobody behind them. */
    @ParameterizedTest
    @ValueSource(strings = {"KILL", "STOP"})
    void aFailoverShowsNoRefreshTokenTwiceAndCostsNoLogin(String signal) throws Exception {
        try (var group = new SentinelGroup(work);
                var replicas = new ReplicaPair(work, store(group))) {
            replicas.authorization.switches.expiresIn = 3;
            replicas.logInOnce();
            RunningSidekey.await(
                    () -> replicas.areServed() && replicas.refreshes() > 0, "it is refreshed");

            signal(signal, group.master);
            RunningSidekey.await(
                    () -> callUntilPromoted(replicas, group), "the replica is promoted");
            int before = replicas.refreshes();
            // a lease that nobody could give back takes its fifteen seconds
            var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!replicas.areServed() || replicas.refreshes() <= before + 1) {
                assertThat(System.nanoTime()).as("both go on, and refresh").isLessThan(end);
                RunningSidekey.pause();
            }

            signal("CONT", group.master);
            replicas.assertNoTokenWasShownTwice();
            assertThat(replicas.logins()).isEqualTo(1);
            replicas.logOutForBoth();
        }
    }

    /** Calls go on all the time; what they get while there is no master is not asked here. */
    private static boolean callUntilPromoted(ReplicaPair replicas, SentinelGroup group) {
        replicas.callBoth();
        return group.isReplicaMaster();
    }

    private static void signal(String name, RedisServer server)
            throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, "" + server.pid()).start().waitFor();
    }

    @Test
    void aWrongMasterOrPasswordIsOneClearError() throws Exception {
        try (var group = new SentinelGroup(work)) {
            var other = RedisServer.config(group.url().replace("#fleet", "#other"), "fleet");
            assertRefused(
                    RedisServer.withSentinels(other, null, SentinelGroup.PASSWORD),
                    "the master that store.url names");
            assertRefused(
                    RedisServer.withSentinels(
                            RedisServer.config(group.url(), "fleet"), null, "wrong"),
                    "store.sentinel-password");
            assertRefused(RedisServer.config(group.url(), "fleet"), "store.sentinel-password");
            var single = group.url().replaceFirst("redis-sentinel(://[^,]*),.*", "redis$1");
            assertRefused(RedisServer.config(single, "fleet"), "");
        }
    }

    private void assertRefused(StoreConfig config, String words) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThatThrownBy(() -> Vault.open(config, work, Clock.systemUTC(), threads).close())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(words)
                    .hasMessageNotContaining(SentinelGroup.PASSWORD);
        }
    }
}
