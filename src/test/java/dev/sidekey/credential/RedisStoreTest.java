package dev.sidekey.credential;

import static dev.sidekey.credential.Opened.key;
import static dev.sidekey.credential.Opened.text;
import static dev.sidekey.credential.Opened.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidekey.config.StoreConfig;
import dev.sidekey.fakes.CuttableProxy;
import dev.sidekey.oauth.Secret;
import dev.sidekey.seal.Seal;
import dev.sidekey.seal.SealKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only the store on Redis can do wrong. */
final class RedisStoreTest {
    private static final Duration TTL = Duration.ofSeconds(30);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var one : opened.reversed()) {
            one.close();
        }
        threads.shutdownNow();
    }

    private RedisServer server(String... options) {
        return keep(RedisServer.start(options));
    }

    private CredentialStore open(StoreConfig config) {
        return keep(RedisStore.open(config, InstantSource.system(), threads));
    }

    private <T extends AutoCloseable> T keep(T one) {
        opened.add(one);
        return one;
    }

    private static void await(BooleanSupplier condition) {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            LockSupport.parkNanos(10_000_000);
        }
    }

    @Test
    void aWrongPasswordIsOneClearErrorAtStart() throws Exception {
        var server = server("--requirepass", "right");

        assertThatThrownBy(() ->
                        open(RedisServer.config("redis://:wrong@127.0.0.1:" + server.port(), "p")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("127.0.0.1:" + server.port())
                .hasMessageContaining("store.url")
                .hasMessageNotContaining("wrong@");
        assertThatThrownBy(() -> open(server.config("p"))).isInstanceOf(StoreException.class);
        var store = open(RedisServer.config("redis://:right@127.0.0.1:" + server.port(), "p"));
        assertThat(store.compareAndReplace(key("a"), 0, value("1"), null, null)).isNotNull();
        assertThat(store.whereabouts(key("a"))).doesNotContain("right");
    }

    @Test
    void theUserOfTheDocumentationIsAllowedEnoughAndNoMore() throws Exception {
        var server = server();
        var made =
                server.ask(
                        "ACL SETUSER sidekey on >pw ~{p}:* &{p}:* -@all +evalsha +eval +hget +hscan +hset"
                                + " +hdel +get +set +time +publish +subscribe +unsubscribe +info +ping"
                                + " +hello +client|setname +wait");
        assertThat(made).startsWith("+OK");
        var url = "redis://sidekey:pw@127.0.0.1:" + server.port();
        var store = open(RedisServer.config(url, "p"));

        var seen = new LinkedBlockingQueue<EntryKey>();
        try (var watch = store.watch(seen::add)) {
            assertThat(watch).isNotNull();
            store.compareAndReplace(key("a"), 0, value("1"), null, null);
            assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo(key("a"));
        }
        assertThat(store.list(Kind.CREDENTIAL)).hasSize(1);
        assertThat(store.take(key("a"))).isNotNull();
        assertThatThrownBy(() -> open(RedisServer.config(url, "other")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("NOPERM");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2.14", "5.0.3"})
    void anEngineThatIsTooOldIsOneClearError(String version) {
        var address = RedisAddress.parse(Secret.of("redis://u:secret@h:1"), Duration.ofSeconds(1));

        assertThatThrownBy(() ->
                        RedisStart.check(address, "# Server\r\nredis_version:" + version + "\r\n"))
                .hasMessageContaining("Redis " + version)
                .hasMessageContaining("Redis 7")
                .hasMessageNotContaining("secret");
        RedisStart.check(address, "redis_version:7.2.4\r\nvalkey_version:8.1.8\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://", "http://u:secret@h:1", "redis-cluster://"})
    void anAddressThatIsNoneIsNotQuoted(String url) {
        assertThatThrownBy(() -> RedisAddress.parse(Secret.of(url), Duration.ofSeconds(1)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("store.url")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aServerThatIsNotThereYetIsWaitedFor() throws Exception {
        var port = RedisServer.freePort();
        try (var log = new LogRecord()) {
            var store =
                    threads.submit(
                            () -> open(RedisServer.config("redis://127.0.0.1:" + port, "p")));
            await(() -> log.lines().stream().anyMatch(line -> line.contains("cannot be reached")));
            assertThat(store.isDone()).isFalse();

            keep(RedisServer.startOn(port));

            var written =
                    store.get(20, TimeUnit.SECONDS)
                            .compareAndReplace(key("a"), 0, value("1"), null, null);
            assertThat(written).isNotNull();
        }
    }

    @Test
    void aServerThatIsLostFailsAtOnceAndIsFoundAgain() throws Exception {
        var server = server();
        var store = open(server.config("p"));
        var written = store.compareAndReplace(key("a"), 0, value("1"), null, null);
        server.kill();

        await(() -> fails(store));
        var start = System.nanoTime();
        assertThatThrownBy(() -> store.load(key("a")))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.isPassing()).isTrue())
                .hasMessageContaining("127.0.0.1:" + server.port());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        assertThat(store.trouble()).isNotNull();

        server.startAgain();
        await(() -> !fails(store));
        assertThat(store.load(key("a"))).as("every answered write is on disk").isEqualTo(written);
        assertThat(store.trouble()).isNull();
    }

    @Test
    void aServerThatIsSlowFailsInTimeAndIsUsedAgain() {
        var server = server();
        var wire = keep(CuttableProxy.before(server.port()));
        var store = open(RedisServer.config("redis://127.0.0.1:" + wire.port(), "p"));
        wire.slow(10_000);

        var start = System.nanoTime();
        assertThatThrownBy(() -> store.load(key("a")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("store.timeout");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));

        wire.cut();
        wire.heal();
        await(() -> !fails(store));
    }

    private static boolean fails(CredentialStore store) {
        try {
            store.load(key("a"));
            return false;
        } catch (StoreException e) {
            return true;
        }
    }

    @Test
    void aChangeWhoseNoticeWasLostIsFoundOutWithinSeconds() throws Exception {
        var server = server();
        var store = open(server.config("p"));
        store.compareAndReplace(key("a"), 0, value("1"), null, null);
        var missed = new AtomicInteger();
        try (var watch = store.watch(key -> {}, missed::incrementAndGet)) {
            assertThat(watch).isNotNull();
            server.ask("INCR {p}:sequence");

            await(() -> missed.get() == 1);
        }
    }

    @Test
    void aSubscriptionThatWasCutMissesNothing() throws Exception {
        var server = server();
        var store = open(server.config("p"));
        var known = new AtomicInteger();
        try (var watch = store.watch(key -> known.incrementAndGet(), known::incrementAndGet)) {
            assertThat(watch).isNotNull();
            for (int i = 1; i < 4; i++) {
                server.ask("CLIENT KILL TYPE pubsub");
                store.compareAndReplace(key("" + i), 0, value("1"), null, null);
                var sofar = i;
                await(() -> known.get() >= sofar);
            }
        }
    }

    /** As before a master that stands still while another is promoted. */
    @Test
    void aNewConnectionInPlaceOfASilentOneBringsNoticesAtOnce() throws Exception {
        var server = server();
        var wire = keep(CuttableProxy.before(server.port()));
        var store = open(RedisServer.config("redis://127.0.0.1:" + wire.port(), "p"));
        var other = open(server.config("p"));
        var told = new LinkedBlockingQueue<EntryKey>();
        keep(store.watch(told::add, () -> told.add(key("a"))));

        wire.silence();
        await(() -> !fails(store));
        other.compareAndReplace(key("a"), 0, value("1"), null, null);

        // a look that comes of itself may be four seconds away
        assertThat(told.poll(1, TimeUnit.SECONDS)).isEqualTo(key("a"));
    }

    @Test
    void aServerThatForgotEverythingGivesNoVersionTwice() throws Exception {
        var server = server();
        var store = open(server.config("p"));
        var before = store.compareAndReplace(key("a"), 0, value("1"), null, null);
        var lease = store.acquire("l", TTL);
        var missed = new AtomicInteger();
        try (var watch = store.watch(key -> {}, missed::incrementAndGet)) {
            assertThat(watch).isNotNull();
            server.ask("FLUSHALL");

            await(() -> missed.get() > 0);
        }
        var after = store.compareAndReplace(key("a"), 0, value("2"), null, null);
        assertThat(after.version()).isGreaterThan(before.version());
        assertThat(store.compareAndReplace(key("a"), after.version(), value("x"), null, lease))
                .isNull();
        assertThat(store.acquire("l", TTL).fence()).isGreaterThan(lease.fence());
    }

    @Test
    void aDamagedEntryIsNamedAndHurtsNoOther() throws Exception {
        var server = server();
        var store = open(server.config("p"));
        var good = store.compareAndReplace(key("b"), 0, value("2"), null, null);
        server.ask("HSET {p}:credential a nonsense");

        assertThatThrownBy(() -> store.load(key("a")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("{p}:credential");
        assertThatThrownBy(() -> store.compareAndReplace(key("a"), 0, value("x"), null, null))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("{p}:credential");
        assertThat(store.list(Kind.CREDENTIAL)).containsExactly(good);
    }

    @Test
    void leasesGoByTheEnginesClock() {
        var server = server();
        var early = open(server.config("p"));
        var lease = early.acquire("l", Duration.ofMillis(400));

        assertThat(early.acquire("l", TTL)).isNull();
        await(() -> early.acquire("l", TTL) != null);
        assertThat(early.renew(lease, TTL)).isFalse();
    }

    @Test
    void whoeverReadsTheServerReadsNoToken() throws Exception {
        var server = server();
        var vault = keep(new Vault(open(server.config("p")), Seal.of(SealKey.random())));
        var credential = Samples.credential(Samples.KEY);
        vault.save(credential, 0, null);
        vault.saveLogin(Samples.login("a", Instant.now().plus(TTL)));

        for (var kind : List.of("credential", "pending-login", "lease")) {
            var all = server.ask("HGETALL {p}:" + kind);
            assertThat(all).doesNotContain(Samples.CANARY);
        }
        assertThat(server.ask("HGETALL {p}:credential")).contains("mcp.example");
    }

    @Test
    void anInterruptLosesNoWrite() {
        var store = open(server().config("p"));
        Thread.currentThread().interrupt();

        var written = store.compareAndReplace(key("a"), 0, value("rotated"), null, null);

        assertThat(Thread.interrupted()).as("the interrupt shows afterwards").isTrue();
        assertThat(text(store.load(key("a")))).isEqualTo("rotated");
        assertThat(written).isNotNull();
    }

    @Test
    void whatHasExpiredDoesNotPileUp() throws Exception {
        var server = server();
        var clock = new TurnableClock();
        var store = keep(RedisStore.open(server.config("p"), clock, threads));
        for (int i = 0; i < 5; i++) {
            var login = new EntryKey(Kind.PENDING_LOGIN, "login " + i);
            store.compareAndReplace(login, 0, value("1"), clock.instant().plus(TTL), null);
            store.acquire("l" + i, TTL);
            clock.turn(Duration.ofDays(2));
        }

        assertThat(server.ask("HLEN {p}:pending-login")).startsWith(":1");
        assertThat(server.ask("HLEN {p}:lease")).startsWith(":1");
    }
}
