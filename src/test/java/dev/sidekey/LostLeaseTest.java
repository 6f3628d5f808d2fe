package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeHttp.Answer;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Redis loses a lease and an announcement, as a failover inside a Cluster may: another replica
 * refreshes meanwhile, and the server refuses the first one's request, which comes late (E14).
 */
final class LostLeaseTest extends ReplicasTest {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch late = new CountDownLatch(1);

    @ParameterizedTest
    @ValueSource(strings = {"invalid_grant", "invalid_client"})
    void aRefusedRefreshGoesOnWithWhatAnotherHasStoredMeanwhile(String error) throws Exception {
        var first = replica(true);
        var second = replica(false);
        callAndLogIn(first);
        assertThat(isAnswered(second)).isTrue();
        refuseTheFirstRefresh(error);

        authorization.expireAccessTokens();
        var call = first.call("/mcp", "echo");
        refreshAtTheOther(second);
        late.countDown();

        assertThat(call.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo");
        var metrics = first.get(first.adminUrl("/metrics")).body();
        assertThat(metrics).as("it was read again").doesNotContain("result=\"rejected\"");
        assertThat(first.logins()).isEmpty();
        assertThat(redis.ask("HLEN {fleet}:registration")).startsWith(":1");

        authorization.expireAccessTokens();
        assertThat(isAnswered(first) && isAnswered(second)).as("both are renewed again").isTrue();
        assertThat(count("/authorize")).isEqualTo(1);
        assertThat(authorization.sawReuse()).isFalse();
    }

    @Test
    void whatAnotherStoredAndHasEndedSinceIsRefreshedInTurn() throws Exception {
        authorization.switches.tokensEnd = true;
        var first = replica(true);
        var second = replica(false);
        callAndLogIn(first);
        assertThat(isAnswered(second)).isTrue();
        refuseTheFirstRefresh("invalid_grant");

        authorization.expireAccessTokens();
        var call = first.call("/mcp", "echo");
        authorization.switches.expiresIn = 1;
        refreshAtTheOther(second);
        authorization.switches.expiresIn = 3600;
        var issued = System.nanoTime();
        RunningSidekey.await(() -> System.nanoTime() - issued > 1_100_000_000L, "it has ended");
        late.countDown();

        assertThat(call.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo");
        assertThat(count("/token")).as("login, refused, the other's, and its own").isEqualTo(4);
        assertThat(count("/authorize")).isEqualTo(1);
        assertThat(authorization.sawReuse()).isFalse();
    }

    /** Holds the first refresh up until it is late. */
    private void refuseTheFirstRefresh(String error) {
        var once = new AtomicBoolean(true);
        authorization.switches.tokenRule =
                form -> {
                    if (!form.containsKey("refresh_token") || !once.getAndSet(false)) {
                        return null;
                    }
                    asked.countDown();
                    await(late);
                    return Answer.json(400, Map.of("error", error));
                };
    }

    private void refreshAtTheOther(RunningSidekey other) throws Exception {
        await(asked);
        redis.ask("DEL {fleet}:lease\r\nDEL {fleet}:announcement");
        assertThat(isAnswered(other)).as("the other refreshes").isTrue();
        assertThat(count("/token")).isEqualTo(3);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
