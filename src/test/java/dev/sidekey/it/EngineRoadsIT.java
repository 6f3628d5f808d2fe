package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidekey.RunningSidekey;
import dev.sidekey.config.StoreConfig;
import dev.sidekey.credential.RedisServer;
import dev.sidekey.credential.StoreException;
import dev.sidekey.credential.Vault;
import dev.sidekey.fakes.SelfSigned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The roads to an engine beside the plain one: TLS, users, a Cluster. */
@Timeout(120)
final class EngineRoadsIT {
    private static final int MASTERS = 3;
    private static final int SLOTS = 16384;

    @TempDir Path work;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<RedisServer> servers = new ArrayList<>();

    @AfterEach
    void close() {
        servers.forEach(RedisServer::close);
        threads.shutdownNow();
    }

    private RedisServer start(String... options) {
        var server = RedisServer.start(options);
        servers.add(server);
        return server;
    }

    private void assertRefused(StoreConfig config, String... words) {
        assertThatThrownBy(() -> Vault.open(config, work, Clock.systemUTC(), threads).close())
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(words)
                .hasMessageNotContaining("hidden");
    }

    @Test
    void overTlsWithAUserAndAClientCertificateTwoSidekeysActAsOne() throws Exception {
        var pair = SelfSigned.in(work, "redis");
        var stranger = SelfSigned.in(work, "stranger");
        var secured = RedisServer.freePort();
        var server =
                start(
                        "--tls-port",
                        "" + secured,
                        "--tls-cert-file",
                        pair.certificate().toString(),
                        "--tls-key-file",
                        pair.key().toString(),
                        "--tls-ca-cert-file",
                        pair.certificate().toString());
        var made =
                server.ask(
                        "ACL SETUSER sidekey on >hidden ~{tls}:* &{tls}:* -@all +evalsha +eval +hget"
                                + " +hscan +hset +hdel +get +set +time +publish +subscribe +unsubscribe"
                                + " +info +ping +hello +client|setname +wait\r\nACL SETUSER default off");
        assertThat(made).startsWith("+OK\r\n+OK");
        var plain = RedisServer.config("rediss://sidekey:hidden@127.0.0.1:" + secured, "tls");
        var good = RedisServer.overTls(plain, pair.certificate(), pair.certificate(), pair.key());

        try (var replicas = new ReplicaPair(work, good)) {
            replicas.logInOnce();
            replicas.logOutForBoth();
        }
        assertRefused(plain, "does not trust", "store.ca-file", "127.0.0.1:" + secured);
        assertRefused(
                RedisServer.overTls(plain, stranger.certificate(), pair.certificate(), pair.key()),
                "does not trust");
        assertRefused(
                RedisServer.overTls(plain, pair.certificate(), null, null),
                "store.certificate-file");
        assertRefused(
                RedisServer.overTls(
                        RedisServer.config("rediss://sidekey:wrong@127.0.0.1:" + secured, "tls"),
                        pair.certificate(),
                        pair.certificate(),
                        pair.key()),
                "refuses",
                "WRONGPASS");
    }

    @Test
    void onAClusterTheWholeStoreLiesInOneSlotAndTwoSidekeysActAsOne() throws Exception {
        var addresses = cluster();

        try (var replicas =
                new ReplicaPair(
                        work, RedisServer.config("redis-cluster://" + addresses, "fleet"))) {
            replicas.authorization.switches.expiresIn = 3;
            replicas.logInOnce();
            RunningSidekey.await(
                    () -> replicas.areServed() && replicas.refreshes() > 1, "it is refreshed");
            replicas.assertNoTokenWasShownTwice();
            replicas.logOutForBoth();
        }
        assertThat(servers)
                .as("nodes that hold keys")
                .filteredOn(EngineRoadsIT::holdsKeys)
                .hasSize(1);
        assertRefused(RedisServer.config(servers.getFirst().url(), "p"), "redis-cluster://");
    }

    @Test
    void aServerThatIsNoClusterIsNamed() {
        var single = start();

        assertRefused(
                RedisServer.config("redis-cluster://127.0.0.1:" + single.port(), "p"),
                "no Cluster",
                "redis://");
        assertRefused(RedisServer.config(single.url() + "/99", "p"), "without the database");
    }

    private static boolean holdsKeys(RedisServer server) {
        try {
            return !server.ask("DBSIZE").startsWith(":0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Three masters that have met; returns their addresses. */
    private String cluster() throws Exception {
        for (int i = 0; i < MASTERS; i++) {
            start("--cluster-enabled", "yes", "--cluster-port", "" + RedisServer.freePort());
        }
        var first = servers.getFirst();
        var places = new ArrayList<String>();
        for (int i = 0; i < MASTERS; i++) {
            var server = servers.get(i);
            int from = SLOTS * i / MASTERS;
            int to = SLOTS * (i + 1) / MASTERS - 1;
            assertThat(server.ask("CLUSTER ADDSLOTSRANGE " + from + " " + to)).startsWith("+OK");
            assertThat(server.ask("CONFIG SET cluster-node-timeout 2000")).startsWith("+OK");
            if (i > 0) {
                first.ask("CLUSTER MEET 127.0.0.1 " + server.port() + " " + busOf(server));
            }
            places.add("127.0.0.1:" + server.port());
        }
        RunningSidekey.await(() -> servers.stream().allMatch(EngineRoadsIT::knowsAll), "they met");
        return String.join(",", places);
    }

    private static int busOf(RedisServer server) throws Exception {
        var bus = Pattern.compile("@(\\d+)").matcher(server.ask("CLUSTER NODES"));
        assertThat(bus.find()).isTrue();
        return Integer.parseInt(bus.group(1));
    }

    private static boolean knowsAll(RedisServer server) {
        try {
            var info = server.ask("CLUSTER INFO");
            return info.contains("cluster_state:ok")
                    && info.contains("cluster_known_nodes:" + MASTERS);
        } catch (IOException e) {
            return false;
        }
    }
}
