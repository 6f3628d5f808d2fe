package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.Vault;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What callers see of a refresh: nothing while the token is STALE, its own round trip once it is
 * EXPIRED, and never a second one. Shown by an authorization server that holds its answer back, not
 * by a clock.
 */
final class RefreshUnderLoadTest extends RoadTest {
    private static final int CALLERS = 40;

    private final CountDownLatch refreshing = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private SidekeyConfig config;

    @BeforeEach
    void logInOnceAndHoldEveryRefresh() throws Exception {
        config = config().upstream("default", mcp.url()).build();
        try (var sidekey = new RunningSidekey(config)) {
            callAndLogIn(sidekey);
        }
        authorization.switches.beforeToken =
                () -> {
                    refreshing.countDown();
                    await(released);
                };
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The held credential, an hour old, with so much of its life left. */
    private void age(Duration left) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var vault =
                        Vault.open(config.store(), config.stateDir(), Clock.systemUTC(), threads)) {
            var stored = vault.credentials().getFirst();
            var now = Instant.now();
            var aged = aged(stored.value(), now.minus(Duration.ofHours(1)), now.plus(left));
            assertThat(vault.save(aged, stored.version(), null)).isNotNull();
        }
    }

    private static Credential aged(Credential is, Instant issuedAt, Instant expiresAt) {
        return new Credential(
                is.key(),
                is.upstreamUrl(),
                is.client(),
                is.accessToken(),
                is.tokenType(),
                issuedAt,
                expiresAt,
                is.refreshToken(),
                is.scopes(),
                is.tokenEndpoint(),
                is.revocationEndpoint(),
                is.resourceParameter(),
                is.grant(),
                is.dpopKey());
    }

    private static List<CompletableFuture<HttpResponse<String>>> call(RunningSidekey sidekey) {
        var calls = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (int i = 0; i < CALLERS; i++) {
            calls.add(sidekey.call("/mcp", "echo"));
        }
        return calls;
    }

    private static void assertAnswered(List<CompletableFuture<HttpResponse<String>>> calls)
            throws Exception {
        for (var call : calls) {
            assertThat(call.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo\"");
        }
    }

    private String shown() {
        return mcp.http().asked("/mcp").getLast().header("authorization");
    }

    @Test
    void nobodyWaitsForTheRefreshOfAStaleToken() throws Exception {
        var old = shown();
        age(Duration.ofSeconds(50));
        try (var sidekey = new RunningSidekey(config)) {
            assertAnswered(call(sidekey));
            await(refreshing);
            for (int round = 0; round < 3; round++) {
                assertAnswered(call(sidekey));
                assertThat(shown()).isEqualTo(old);
            }
            assertThat(count("/token")).as("the login's, the refresh's").isEqualTo(2);

            released.countDown();
            RunningSidekey.await(
                    () -> {
                        sidekey.call("/mcp", "echo").join();
                        return !shown().equals(old);
                    },
                    "the new token is shown");
            assertAnswered(call(sidekey));
            assertThat(count("/token")).isEqualTo(2);
            assertThat(count("/authorize")).isEqualTo(1);
        }
    }

    @Test
    void callersOfAnExpiredTokenWaitForOneRefreshAndNothingElse() throws Exception {
        var old = shown();
        age(Duration.ofSeconds(-1));
        var before = mcp.http().asked().size();
        try (var sidekey = new RunningSidekey(config)) {
            var calls = call(sidekey);
            await(refreshing);
            // what comes while the refresh is under way waits for the same one
            calls.addAll(call(sidekey));
            assertThat(mcp.http().asked()).as("the expired token is not shown").hasSize(before);
            assertThat(calls).noneMatch(CompletableFuture::isDone);

            released.countDown();
            assertAnswered(calls);

            assertThat(count("/token")).as("the login's, the refresh's").isEqualTo(2);
            assertThat(count("/authorize")).isEqualTo(1);
            var seen = mcp.http().asked();
            assertThat(seen).as("each call once").hasSize(before + 2 * CALLERS);
            assertThat(seen.subList(before, seen.size()))
                    .noneMatch(one -> one.header("authorization").equals(old));
        }
    }
}
