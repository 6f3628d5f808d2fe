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

/** A process shows a refresh token, and nobody ever learns what the server answered (E14). */
final class DoubtTest extends TwoRoomsTest {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    @Test
    void aTokenThatADeadHolderShowedIsNotShownAgainAndEndsInALogin() throws Exception {
        var config = new TestConfig(state).upstream("default", server.url() + "/mcp").build();
        var store = vaults.open(true, () -> {});
        var expired = expired();
        assertThat(store.save(expired, 0, null)).isNotNull();
        var upstream = config.upstreams().get("default");
        var call = new Call(upstream, Principal.LOCAL, "POST", server.url() + "/mcp");
        var dead = room(config, vaults.open(true, () -> {}));
        var living = room(config, vaults.open(true, () -> {}));
        beforeAnswer = this::neverComesBack;
        try {
            var lost = CompletableFuture.supplyAsync(() -> renew(dead, call), threads);
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            clock.turn(Duration.ofSeconds(16));

            assertThat(renew(living, call))
                    .isInstanceOfSatisfying(
                            Authorization.Denied.class,
                            denied -> assertThat(denied.reason()).isEqualTo("refresh_in_doubt"));
            assertThat(store.credential(expired.key())).isNotNull();

            clock.turn(Duration.ofSeconds(61));
            assertThat(renew(living, call)).isNotInstanceOf(Authorization.Granted.class);
            assertThat(store.credential(expired.key())).as("a login is needed").isNull();
            assertThat(shown).containsExactly(TOKEN);
            assertThat(lost).isNotDone();
        } finally {
            over.countDown();
            dead.close(Duration.ZERO);
            living.close(Duration.ZERO);
        }
    }

    private void neverComesBack() {
        asked.countDown();
        try {
            assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
