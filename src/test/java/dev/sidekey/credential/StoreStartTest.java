package dev.sidekey.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidekey.config.StoreConfig;
import dev.sidekey.fakes.SelfSigned;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A setting that can never work is one clear error; an engine that is not there is waited for. */
final class StoreStartTest {
    private static final String ALLOWED =
            "ACL SETUSER %s reset on >hidden ~{p}:* &{p}:* -@all +evalsha +eval +hget +hscan +hset"
                    + " +hdel +get +set +time +publish +subscribe +unsubscribe +info +ping +hello"
                    + " +client|setname +wait %s";

    @TempDir static Path work;

    private static ExecutorService threads;
    private static RedisServer server;
    private static SelfSigned pair;
    private static int secured;

    @BeforeAll
    static void start() throws Exception {
        threads = Executors.newVirtualThreadPerTaskExecutor();
        pair = SelfSigned.in(work, "redis");
        secured = RedisServer.freePort();
        server =
                RedisServer.start(
                        "--tls-port",
                        "" + secured,
                        "--tls-cert-file",
                        pair.certificate().toString(),
                        "--tls-key-file",
                        pair.key().toString(),
                        "--tls-ca-cert-file",
                        pair.certificate().toString(),
                        "--tls-auth-clients",
                        "no");
    }

    @AfterAll
    static void stop() {
        server.close();
        threads.shutdownNow();
    }

    private static StoreConfig config(String scheme, int port) {
        return RedisServer.config(scheme + "://u:hidden@127.0.0.1:" + port, "p");
    }

    /** As a Sidekey starts: opens the store, reads it, and follows it. */
    private static void open(StoreConfig config) {
        try (var vault = Vault.open(config, work, InstantSource.system(), threads)) {
            assertThat(vault.credentials()).isEmpty();
            vault.follow(Samples.follower(key -> {})).close();
        }
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(StoreConfig config) {
        return assertThatThrownBy(() -> open(config))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.isPassing()).isFalse())
                .hasMessageNotContaining("hidden");
    }

    @ParameterizedTest
    @CsvSource({"rediss, redis://", "rediss-sentinel, redis-sentinel://"})
    void tlsToAPortInPlainIsNamed(String scheme, String right) {
        assertRefused(named(scheme, server.port()))
                .hasMessageContaining("127.0.0.1:" + server.port())
                .hasMessageContaining("speaks no TLS")
                .hasMessageContaining("write " + right + " in store.url");
    }

    @ParameterizedTest
    @CsvSource({
        "redis, rediss://",
        "redis-cluster, rediss-cluster://",
        "redis-sentinel, rediss-sentinel://"
    })
    void plainToAPortWithTlsIsNamed(String scheme, String right) {
        assertRefused(named(scheme, secured))
                .hasMessageContaining("127.0.0.1:" + secured)
                .hasMessageContaining("speaks TLS")
                .hasMessageContaining("write " + right + " in store.url");
    }

    private static StoreConfig named(String scheme, int port) {
        var plain = config(scheme, port);
        return scheme.endsWith("sentinel")
                ? RedisServer.config(plain.url().reveal() + "#fleet", "p")
                : plain;
    }

    @Test
    void anAuthorityThatIsNotTrustedIsNamed() {
        assertRefused(config("rediss", secured)).hasMessageContaining("store.ca-file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evalsha",
                "eval",
                "hget",
                "hscan",
                "hset",
                "hdel",
                "get",
                "set",
                "time",
                "publish",
                "subscribe",
                "info"
            })
    void aUserWhoMayDoTooLittleIsRefusedBeforeTheFirstLogin(String command) throws Exception {
        var user = "no-" + command;
        assertThat(server.ask(ALLOWED.formatted("all", "") + "\r\nFLUSHALL")).startsWith("+OK");
        open(RedisServer.config("redis://all:hidden@127.0.0.1:" + server.port(), "p"));
        server.ask(ALLOWED.formatted(user, "-" + command) + "\r\nSCRIPT FLUSH");

        assertRefused(
                        RedisServer.config(
                                "redis://" + user + ":hidden@127.0.0.1:" + server.port(), "p"))
                .hasMessageContaining("refuses Sidekey")
                .hasMessageContaining("docs/replicas.md");
    }

    @Test
    void aWrongPasswordIsNamed() throws Exception {
        server.ask(ALLOWED.formatted("known", ""));

        assertRefused(RedisServer.config("redis://known:no@127.0.0.1:" + server.port(), "p"))
                .hasMessageContaining("WRONGPASS")
                .hasMessageContaining("store.url");
        assertRefused(RedisServer.config("redis://nobody:no@127.0.0.1:" + server.port(), "p"))
                .hasMessageContaining("WRONGPASS");
    }

    @Test
    void aWrongKeyIsNamed() throws Exception {
        var first = RedisServer.config(server.url(), "key");
        open(first);

        assertRefused(RedisServer.withKey(first, 7))
                .hasMessageContaining("the key does not open the store")
                .hasMessageContaining("store.key-file");
    }

    @Test
    void anEngineOlderThanSevenIsNamed() {
        try (var old = OldRedis.start()) {
            assertRefused(config("redis", old.port()))
                    .hasMessageContaining("Redis 5.0.14")
                    .hasMessageContaining("Redis 7");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "redis://u:hidden@no-such-host.invalid:6379, its host does not resolve",
        "redis://u:hidden@127.0.0.1:1, refused"
    })
    void anEngineThatIsNotThereIsWaitedForWithTheReason(String url, String reason) {
        try (var log = new LogRecord()) {
            var opening = threads.submit(() -> open(RedisServer.config(url, "p")));
            var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (log.lines().stream().filter(line -> line.contains(reason)).count() < 2) {
                assertThat(System.nanoTime()).as("%s", log.lines()).isLessThan(end);
                LockSupport.parkNanos(10_000_000);
            }

            assertThat(opening.isDone()).isFalse();
            opening.cancel(true);
            assertThat(log.lines())
                    .anyMatch(line -> line.startsWith("WARN") && line.contains("store.url"))
                    .noneMatch(line -> line.contains("hidden"));
        }
    }
}
