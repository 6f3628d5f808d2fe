package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.authorization.Authorization;
import dev.sidekey.authorization.Call;
import dev.sidekey.authorization.Principal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A process that holds the lease of a refresh is stopped for longer than the lease lasts, another
 * one refreshes meanwhile, and then the first one wakes (E14). Shown with the fence, and without it
 * to prove that it is the fence that helps.
 */
final class FenceTest extends TwoRoomsTest {
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch woken = new CountDownLatch(1);

    @Test
    void aHolderThatWakesLateShowsNoRefreshTokenASecondTime() throws Exception {
        var late = refreshByTwoOfWhomOneIsStopped(true);

        assertThat(late).isInstanceOf(Authorization.Granted.class);
        assertThat(shown).containsExactly(TOKEN);
    }

    @Test
    void withoutTheFenceItShowsTheTokenThatTheOtherHasUsedUp() throws Exception {
        var late = refreshByTwoOfWhomOneIsStopped(false);

        assertThat(late).isNotNull();
        assertThat(shown).as("the server would revoke the family").containsExactly(TOKEN, TOKEN);
    }

    private Authorization refreshByTwoOfWhomOneIsStopped(boolean fenced) throws Exception {
        var config = new TestConfig(state).upstream("default", server.url() + "/mcp").build();
        var setup = vaults.open(true, () -> {});
        assertThat(setup.save(expired(), 0, null)).isNotNull();
        var call =
                new Call(
                        config.upstreams().get("default"),
                        Principal.LOCAL,
                        "POST",
                        server.url() + "/mcp");
        var first = room(config, vaults.open(fenced, this::stop));
        var second = room(config, vaults.open(fenced, () -> {}));
        try {
            var late = CompletableFuture.supplyAsync(() -> renew(first, call), threads);
            assertThat(stopped.await(20, TimeUnit.SECONDS)).isTrue();
            clock.turn(Duration.ofSeconds(16));

            assertThat(renew(second, call)).isInstanceOf(Authorization.Granted.class);
            woken.countDown();

            return late.get(20, TimeUnit.SECONDS);
        } finally {
            first.close(Duration.ZERO);
            second.close(Duration.ZERO);
        }
    }

    /** As by SIGSTOP, between looking at the credential and saying that its token is shown. */
    private void stop() {
        stopped.countDown();
        try {
            assertThat(woken.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
