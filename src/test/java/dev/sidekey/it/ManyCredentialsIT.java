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

/** Ten Sidekeys on ten thousand credentials: the figures of docs/replicas.md. */
final class ManyCredentialsIT {
    private static final int CREDENTIALS = 10_000;
    private static final int SIDEKEYS = 10;
    private static final int CALLS = 400;
    private static final int WRITERS = 20;

    @TempDir Path state;

    @Test
    void tenSidekeysHoldTenThousandCredentialsAndLeaveRedisAlone() throws Exception {
        var running = new ArrayList<RunningSidekey>();
        try (var redis = RedisServer.start("--appendfsync", "no");
                var authorization = FakeAuthorizationServer.start();
                var mcp = FakeMcpServer.start(authorization);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var empty = memoryOf(redis);
            fill(redis, mcp, threads);
            var bytes = (memoryOf(redis) - empty) / CREDENTIALS;
            try {
                var starts = start(redis, mcp, running);
                var heap = heapOf(running, starts);
                var commands = commandsUnderLoad(redis, running);
                System.out.printf(
                        "Redis: %d bytes a credential; a Sidekey: %d bytes a credential;"
                                + " cold start %d ms (median of %d); %.1f commands a second%n",
                        bytes, heap, starts.get(SIDEKEYS / 2), SIDEKEYS, commands);
                assertThat(bytes).isLessThan(5_000);
                assertThat(heap).isLessThan(12_000);
                assertThat(commands).isLessThan(10);
            } finally {
                running.forEach(RunningSidekey::close);
            }
        }
    }

    private static void fill(RedisServer redis, FakeMcpServer mcp, ExecutorService threads)
            throws Exception {
        try (var vault =
                Vault.open(redis.config("many"), Path.of("."), Clock.systemUTC(), threads)) {
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

    private List<Long> start(RedisServer redis, FakeMcpServer mcp, List<RunningSidekey> running)
            throws Exception {
        var millis = new ArrayList<Long>();
        for (int i = 0; i < SIDEKEYS; i++) {
            var config = new TestConfig(state.resolve("" + i));
            config.store = redis.config("many");
            var built = config.upstream("default", mcp.url()).build();
            var start = System.nanoTime();
            running.add(new RunningSidekey(built));
            millis.add((System.nanoTime() - start) / 1_000_000);
        }
        Collections.sort(millis);
        return millis;
    }

    /** What one more costs: all of them, less what is there without. */
    private static long heapOf(List<RunningSidekey> running, List<Long> starts) {
        assertThat(running).hasSameSizeAs(starts);
        System.gc();
        var runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / SIDEKEYS / CREDENTIALS;
    }

    private static double commandsUnderLoad(RedisServer redis, List<RunningSidekey> running)
            throws Exception {
        var first = running.getFirst();
        var call = first.call("/mcp", "echo");
        first.logIn();
        assertThat(call.get().body()).contains("result");
        redis.ask("CONFIG RESETSTAT");
        var start = System.nanoTime();
        for (int i = 0; i < CALLS || System.nanoTime() - start < 12_000_000_000L; i++) {
            var answer = running.get(i % SIDEKEYS).call("/mcp", "echo").get();
            assertThat(answer.body()).contains("result");
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
