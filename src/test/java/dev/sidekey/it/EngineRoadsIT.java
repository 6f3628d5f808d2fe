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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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
    private Process sentinel;

    @AfterEach
    void close() {
        if (sentinel != null) {
            sentinel.destroyForcibly();
        }
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
        allow(server, "");
        assertThat(server.ask("ACL SETUSER default off")).startsWith("+OK");
        var plain = RedisServer.config("rediss://sidekey:hidden@127.0.0.1:" + secured, "tls");
        var good = RedisServer.overTls(plain, pair.certificate(), pair.certificate(), pair.key());

        actAsOne(good);
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
    void aFailoverWithinAClusterShowsNoRefreshTokenTwiceAndCostsNoLogin() throws Exception {
        var addresses = cluster();
        int slot = number(servers.getFirst().ask("CLUSTER KEYSLOT {fleet}:sequence"));
        var master = servers.get(slot * MASTERS / SLOTS);
        var replica = replicaOf(master);
        var store = RedisServer.config("redis-cluster://" + addresses, "fleet");
        assertNothingIsWrittenWithout(replica, store);

        try (var replicas = new ReplicaPair(work, store)) {
            replicas.authorization.switches.expiresIn = 3;
            replicas.logInOnce();
            RunningSidekey.await(
                    () -> replicas.areServed() && replicas.refreshes() > 0, "it is refreshed");

            master.kill();
            RunningSidekey.await(() -> callUntilMaster(replicas, replica), "it is promoted");
            int before = replicas.refreshes();
            // a lease that nobody could give back takes its fifteen seconds
            var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!replicas.areServed() || replicas.refreshes() <= before + 1) {
                assertThat(System.nanoTime()).as("both go on, and refresh").isLessThan(end);
                RunningSidekey.pause();
            }
            replicas.assertNoTokenWasShownTwice();
            assertThat(replicas.logins()).isEqualTo(1);
            replicas.logOutForBoth();
        }
    }

    private void assertNothingIsWrittenWithout(RedisServer replica, StoreConfig store)
            throws Exception {
        var ttl = Duration.ofSeconds(1);
        try (var vault = Vault.open(store, work, Clock.systemUTC(), threads)) {
            signal("STOP", replica);
            assertThatThrownBy(() -> vault.acquire("a", ttl))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("none confirmed a write");
            signal("CONT", replica);
            assertThat(vault.acquire("b", ttl)).isNotNull();
        }
    }

    private static void signal(String name, RedisServer server) throws Exception {
        new ProcessBuilder("kill", "-" + name, "" + server.pid()).start().waitFor();
    }

    /** Calls go on all the time; what they get while there is no master is not asked here. */
    private static boolean callUntilMaster(ReplicaPair replicas, RedisServer replica) {
        replicas.callBoth();
        return says(replica, "INFO replication", "role:master");
    }

    /** A replica that has joined the Cluster, and has all that its master has. */
    private RedisServer replicaOf(RedisServer master) throws Exception {
        var replica =
                start("--cluster-enabled", "yes", "--cluster-port", "" + RedisServer.freePort());
        replica.ask("CONFIG SET cluster-node-timeout 2000");
        replica.ask("CONFIG SET repl-diskless-sync-delay 0");
        master.ask("CONFIG SET repl-diskless-sync-delay 0");
        master.ask("CLUSTER MEET 127.0.0.1 " + replica.port() + " " + busOf(replica));
        var id = master.ask("CLUSTER MYID").lines().toList().get(1);
        RunningSidekey.await(() -> says(replica, "CLUSTER NODES", id), "they met");
        RunningSidekey.await(() -> says(replica, "CLUSTER REPLICATE " + id, "+OK"), "it follows");
        RunningSidekey.await(
                () -> says(replica, "INFO replication", "master_link_status:up"), "in step");
        return replica;
    }

    private static int number(String answer) {
        return Integer.parseInt(answer.lines().findFirst().orElseThrow().substring(1));
    }

    @Test
    void bySentinelsOverTlsTwoSidekeysActAsOne() throws Exception {
        var pair = SelfSigned.in(work, "redis");
        var secured = RedisServer.freePort();
        start(overTls(pair, secured));
        var sentinel = sentinelOverTls(pair, secured);
        var plain = RedisServer.config("rediss-sentinel://127.0.0.1:" + sentinel + "#fleet", "tls");

        actAsOne(RedisServer.overTls(plain, pair.certificate(), null, null));

        assertRefused(plain, "store.ca-file", "127.0.0.1:" + sentinel);
    }

    @Test
    void onAClusterOverTlsTwoSidekeysActAsOne() throws Exception {
        var pair = SelfSigned.in(work, "redis");
        var secured = RedisServer.freePort();
        var options = new ArrayList<>(List.of(overTls(pair, secured)));
        options.addAll(List.of("--tls-cluster", "yes", "--cluster-enabled", "yes"));
        options.addAll(List.of("--cluster-port", "" + RedisServer.freePort()));
        var server = start(options.toArray(String[]::new));
        assertThat(server.ask("CLUSTER ADDSLOTSRANGE 0 " + (SLOTS - 1))).startsWith("+OK");
        allow(server, "+cluster|nodes +asking");
        RunningSidekey.await(() -> says(server, "CLUSTER INFO", "cluster_state:ok"), "it is up");
        var plain =
                RedisServer.config("rediss-cluster://sidekey:hidden@127.0.0.1:" + secured, "tls");

        actAsOne(RedisServer.overTls(plain, pair.certificate(), null, null));

        assertRefused(plain, "store.ca-file", "127.0.0.1:" + secured);
    }

    /** Makes the user of docs/replicas.md. */
    private static void allow(RedisServer server, String more) throws IOException {
        var made =
                server.ask(
                        "ACL SETUSER sidekey on >hidden ~{tls}:* &{tls}:* -@all +evalsha +eval +hget"
                                + " +hscan +hset +hdel +get +set +time +publish +subscribe +unsubscribe"
                                + " +info +ping +hello +client|setname +wait "
                                + more);
        assertThat(made).startsWith("+OK");
    }

    private void actAsOne(StoreConfig store) throws Exception {
        try (var replicas = new ReplicaPair(work, store)) {
            replicas.logInOnce();
            replicas.logOutForBoth();
        }
    }

    /** Options of a server that asks for no client certificate. */
    private static String[] overTls(SelfSigned pair, int port) {
        return new String[] {
            "--tls-port", "" + port,
            "--tls-cert-file", pair.certificate().toString(),
            "--tls-key-file", pair.key().toString(),
            "--tls-ca-cert-file", pair.certificate().toString(),
            "--tls-auth-clients", "no"
        };
    }

    /** One that speaks TLS alone, as it does to the master; returns its port. */
    private int sentinelOverTls(SelfSigned pair, int master) throws IOException {
        int port = RedisServer.freePort();
        var file =
                Files.writeString(
                        work.resolve("sentinel.conf"),
                        "port 0\nbind 127.0.0.1\ntls-replication yes\n"
                                + "sentinel monitor fleet 127.0.0.1 "
                                + master
                                + " 1\n");
        var command = new ArrayList<>(List.of(RedisServer.program(), file.toString()));
        command.add("--sentinel");
        command.addAll(List.of(overTls(pair, port)));
        sentinel =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(work.resolve("sentinel.log").toFile())
                        .start();
        return port;
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
        return says(server, "CLUSTER INFO", "cluster_state:ok")
                && says(server, "CLUSTER INFO", "cluster_known_nodes:" + MASTERS);
    }

    private static boolean says(RedisServer server, String command, String what) {
        try {
            return server.ask(command).contains(what);
        } catch (IOException e) {
            return false;
        }
    }
}
