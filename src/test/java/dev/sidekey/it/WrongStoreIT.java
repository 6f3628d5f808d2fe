package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.TestConfig;
import dev.sidekey.credential.OldRedis;
import dev.sidekey.credential.RedisServer;
import dev.sidekey.credential.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that can never work ends the program: with a status, and one line that says why. */
final class WrongStoreIT {
    private static final String PREFIX = "wrong";
    private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
    private static final String OTHER_KEY = KEY.replaceFirst("A", "Q");

    private static RedisServer redis;

    @TempDir Path work;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisServer.start();
        assertThat(redis.ask("ACL SETUSER sidekey on >hidden ~* &* +@all")).startsWith("+OK");
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    private String url(String scheme) {
        return scheme + "://sidekey:hidden@127.0.0.1:" + redis.port();
    }

    @Test
    void aUrlOfAnotherKindIsNamed() throws Exception {
        assertEndsWith(2, url("https"), KEY, "store.url", "redis://");
    }

    @Test
    void aPortWithoutTlsIsNamed() throws Exception {
        assertEndsWith(1, url("rediss"), KEY, "speaks no TLS", "write redis:// in store.url");
    }

    @Test
    void aWrongPasswordOrUserIsNamed() throws Exception {
        var url = url("redis");
        assertEndsWith(1, url.replace("sidekey:", "nobody:"), KEY, "WRONGPASS", "store.url");
        assertEndsWith(1, url.replace(":hidden", ":hidden-"), KEY, "WRONGPASS", "store.url");
    }

    @Test
    void aWrongKeyIsNamed() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var store = RedisServer.config(url("redis"), PREFIX);
            Vault.open(store, work, Clock.systemUTC(), threads).close();
        }
        assertEndsWith(
                1, url("redis"), OTHER_KEY, "the key does not open the store", "store.key-file");
    }

    @Test
    void anEngineThatIsTooOldIsNamed() throws Exception {
        try (var old = OldRedis.start()) {
            var url = "redis://sidekey:hidden@127.0.0.1:" + old.port();
            assertEndsWith(1, url, KEY, "Redis 5.0.14", "Redis 7");
        }
    }

    private void assertEndsWith(int status, String url, String key, String... words)
            throws Exception {
        var out = work.resolve("out").toFile();
        var err = work.resolve("err");
        var process =
                new ProcessBuilder(
                                System.getProperty("sidekey.launcher", "./sidekey"),
                                "serve",
                                "--config",
                                file(url, key).toString())
                        .redirectOutput(out)
                        .redirectError(err.toFile())
                        .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        var said = Files.readString(err);
        assertThat(process.exitValue()).as(said).isEqualTo(status);
        assertThat(said.lines()).as(said).hasSize(1);
        assertThat(said).startsWith("sidekey: ").contains(words).doesNotContain("hidden", key);
        assertThat(out).isEmpty();
    }

    private Path file(String url, String key) throws IOException {
        return Files.writeString(
                work.resolve("sidekey.yaml"),
                """
                listen: 127.0.0.1:%d
                admin-listen: 127.0.0.1:%d
                state-dir: %s
                browser: none
                store: { type: redis, url: '%s', key: '%s', prefix: %s, timeout: 2s }
                upstreams: { default: 'http://127.0.0.1:1/mcp' }
                """
                        .formatted(
                                TestConfig.freePort(),
                                TestConfig.freePort(),
                                work.resolve("state"),
                                url,
                                key,
                                PREFIX));
    }
}
