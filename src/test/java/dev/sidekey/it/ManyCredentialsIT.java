package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.CredentialKey;
import dev.sidekey.credential.RedisServer;
import dev.sidekey.credential.ScopeSets;
import dev.sidekey.credential.Vault;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several Sidekeys on many credentials: what each costs, how long a start takes, how much Redis is
 * asked. {@code make replicas} takes ten and ten thousand, for docs/replicas.md.
 */
final class ManyCredentialsIT {
    private static final int CREDENTIALS = Integer.getInteger("sidekey.many.credentials", 1_000);
    private static final int SIDEKEYS = Integer.getInteger("sidekey.many.sidekeys", 3);
    private static final String STORE = "fleet";
    private static final long LOAD_SECONDS = 12;
    private static final int WRITERS = 20;

    @TempDir Path state;

    @Test
    void severalSidekeysHoldManyCredentialsAndLeaveRedisAlone() throws Exception {
        var running = new ArrayList<RunningSidekey>();
        try (var redis = RedisServer.start("--appendfsync", "no");
                var authorization = FakeAuthorizationServer.start();
                var mcp = FakeMcpServer.start(authorization);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var empty = memoryOf(redis);
            fill(redis, mcp, threads);
            var bytes = (memoryOf(redis) - empty) / CREDENTIALS;
            try {
                // the first one loads classes, and is no cold start of the others' kind
                start(redis, "empty", mcp, state.resolve("empty")).close();
                var before = heap();
                var starts = startAll(redis, mcp, running);
                var heap = (heap() - before) / SIDEKEYS / CREDENTIALS;
                var cold = coldStart(redis, mcp);
                var commands = commandsUnderLoad(redis, running);
                Figures.say(
                        "many",
                        """
                        | %d credentials, %d Sidekeys, %d cores | |
                        | --- | --- |
                        | memory of a credential in Redis | %d bytes |
                        | memory of a credential in a Sidekey | %d bytes |
                        | start of a Sidekey in a warm JVM, all of them read | %d ms |
                        | cold start of a Sidekey of its own, from nothing to ready | %d ms |
                        | commands a second at Redis under steady load, of all Sidekeys together | %.1f |
                        """
                                .formatted(
                                        CREDENTIALS,
                                        SIDEKEYS,
                                        Runtime.getRuntime().availableProcessors(),
                                        bytes,
                                        heap,
                                        starts.get(SIDEKEYS / 2),
                                        cold,
                                        commands));
                assertThat(bytes).isLessThan(5_000);
                assertThat(heap).isLessThan(12_000);
                assertThat(commands).isLessThan(SIDEKEYS);
            } finally {
                running.forEach(RunningSidekey::close);
            }
        }
    }

    private static void fill(RedisServer redis, FakeMcpServer mcp, ExecutorService threads)
            throws Exception {
        try (var vault =
                Vault.open(redis.config(STORE), Path.of("."), Clock.systemUTC(), threads)) {
            var writes = new ArrayList<Future<?>>();
            for (int writer = 0; writer < WRITERS; writer++) {
                var first = writer;
                writes.add(
                        threads.submit(() -> {
                            for (int i = first; i < CREDENTIALS; i += WRITERS) {
                                var credential = credential(mcp.url(), i);
                                assertThat(vault.save(credential, 0, null)).isNotNull();
                            }
                        }));
            }
            for (var write : writes) {
                write.get();
            }
        }
    }

    /** Of the size that real ones have: a JWT as access token. */
    private static Credential credential(String url, int number) {
        var now = Instant.now();
        var issuer = "https://as.example.com/tenants/" + number % 50;
        return new Credential(
                new CredentialKey("agent-" + number + "/default", issuer, url, "client-" + number),
                URI.create(url),
                new ClientIdentity.Preregistered(issuer, "client-" + number, null, "none"),
                Secret.of(number + "a".repeat(900)),
                "Bearer",
                now,
                now.plus(Duration.ofHours(1)),
                Secret.of(number + "r".repeat(200)),
                ScopeSets.NONE.withGranted(Scopes.of("read", "write", "offline_access")),
                URI.create(issuer + "/token"),
                URI.create(issuer + "/revoke"),
                url,
                "authorization_code",
                null);
    }

    private List<Long> startAll(RedisServer redis, FakeMcpServer mcp, List<RunningSidekey> running)
            throws Exception {
        var millis = new ArrayList<Long>();
        for (int i = 0; i < SIDEKEYS; i++) {
            var start = System.nanoTime();
            running.add(start(redis, STORE, mcp, state.resolve("" + i)));
            millis.add((System.nanoTime() - start) / 1_000_000);
        }
        Collections.sort(millis);
        return millis;
    }

    private static RunningSidekey start(
            RedisServer redis, String prefix, FakeMcpServer mcp, Path directory) throws Exception {
        var config = new TestConfig(directory);
        config.store = redis.config(prefix);
        return new RunningSidekey(config.upstream("default", mcp.url()).build());
    }

    private long coldStart(RedisServer redis, FakeMcpServer mcp) throws Exception {
        try (var process = new FleetProcess(state.resolve("cold"), mcp.url(), redis.port(), null)) {
            process.heap = "512m";
            var start = System.nanoTime();
            process.start().awaitReady();
            return (System.nanoTime() - start) / 1_000_000;
        }
    }

    private static long heap() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static double commandsUnderLoad(RedisServer redis, List<RunningSidekey> running)
            throws Exception {
        var first = running.getFirst();
        var call = first.call("/mcp", "echo");
        first.logIn();
        assertThat(call.get().body()).contains("\"result\":{\"echo");
        redis.ask("CONFIG RESETSTAT");
        var start = System.nanoTime();
        for (int i = 0; System.nanoTime() - start < LOAD_SECONDS * 1_000_000_000L; i++) {
            var answer = running.get(i % SIDEKEYS).call("/mcp", "echo").get();
            assertThat(answer.body()).contains("\"result\":{\"echo");
        }
        var seconds = (System.nanoTime() - start) / 1e9;
        return number(redis.ask("INFO stats"), "total_commands_processed") / seconds;
    }

    private static long memoryOf(RedisServer redis) throws Exception {
        return number(redis.ask("INFO memory"), "used_memory");
    }

    private static long number(String info, String name) {
        var match = Pattern.compile("(?m)^" + name + ":(\\d+)").matcher(info);
        assertThat(match.find()).as(name + " in " + info).isTrue();
        return Long.parseLong(match.group(1));
    }
}
