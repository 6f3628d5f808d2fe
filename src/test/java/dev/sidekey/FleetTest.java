package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidekey.credential.RedisServer;
import dev.sidekey.credential.StoreException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Two Sidekeys on one Redis that act as one, and what they do without it (E14 to E16). */
final class FleetTest extends ReplicasTest {

    @Test
    void aLoginMayEndAtAnotherReplicaAndTheWaitingCallGoesOnAtOnce() throws Exception {
        var first = replica(true);
        var second = replica(false);
        var call = second.call("/mcp", "echo");
        var link = second.awaitLink();
        assertThat(URI.create(link).getPort()).as("the other's").isEqualTo(first.adminPort());

        var hops = first.follow(link);
        var end = System.nanoTime();

        assertThat(hops.getLast().body()).contains("You are signed in");
        assertThat(call.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo");
        assertThat(Duration.ofNanos(System.nanoTime() - end)).isLessThan(Duration.ofSeconds(2));
        assertThat(first.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo");
        assertThat(count("/authorize")).isEqualTo(1);
        assertThat(count("/register")).isEqualTo(1);
    }

    @Test
    void callsAtBothReplicasLeadToOneLogin() throws Exception {
        var first = replica(true);
        var second = replica(false);
        var one = first.call("/mcp", "echo");
        var other = second.call("/mcp", "echo");
        first.logIn();

        assertThat(one.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo");
        assertThat(other.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo");
        assertThat(count("/authorize")).isEqualTo(1);
        assertThat(count("/register")).isEqualTo(1);
    }

    @Test
    void steadyCallsAskRedisNothing() throws Exception {
        var first = replica(true);
        callAndLogIn(first);
        redis.ask("CONFIG RESETSTAT");

        for (int i = 0; i < 200; i++) {
            assertThat(first.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo");
        }

        var commands = redis.ask("INFO commandstats");
        assertThat(commands)
                .doesNotContain("cmdstat_eval")
                .doesNotContain("cmdstat_hget")
                .doesNotContain("cmdstat_hscan");
    }

    @Test
    void whatIsHeldIsServedWithoutRedisToItsEndAndThenTheReasonIsSaid() throws Exception {
        authorization.switches.expiresIn = 4;
        var first = replica(true);
        callAndLogIn(first);
        wire.cut();
        var cut = System.nanoTime();

        assertThat(first.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo");
        LockSupport.parkNanos(3_300_000_000L - (System.nanoTime() - cut));
        assertThat(first.call("/mcp", "echo").get().body())
                .as("stale")
                .contains("\"result\":{\"echo");
        LockSupport.parkNanos(4_300_000_000L - (System.nanoTime() - cut));
        assertDenied(first.call("/mcp", "echo").get(5, TimeUnit.SECONDS), "the credential store");
        assertThat(count("/token")).as("nothing is rotated without a fence").isEqualTo(1);

        wire.heal();
        RunningSidekey.await(() -> isAnswered(first), "calls go on");
        assertThat(count("/token")).isEqualTo(2);
        assertThat(count("/authorize")).isEqualTo(1);
    }

    @Test
    void aTokenThatWasRotatedWhileRedisWentAwayIsServedAndStoredLater() throws Exception {
        authorization.switches.expiresIn = 3;
        var first = replica(true);
        callAndLogIn(first);
        var once = new AtomicBoolean(true);
        authorization.switches.beforeToken =
                () -> {
                    if (once.getAndSet(false)) {
                        wire.cut();
                    }
                };
        RunningSidekey.await(() -> isAnswered(first) && count("/token") == 2, "it is rotated");

        // another on the same Redis sees the announcement, and must not show the token as well
        wire.heal();
        var second = replica(false);
        wire.cut();
        assertThat(first.call("/mcp", "echo").get().body())
                .as("served")
                .contains("\"result\":{\"echo");
        wire.heal();

        RunningSidekey.await(() -> isAnswered(first) && isAnswered(second), "both go on");
        RunningSidekey.await(
                () -> isAnswered(first) && isAnswered(second) && count("/token") > 4, "and on");
        assertThat(authorization.sawReuse()).isFalse();
        assertThat(count("/authorize")).isEqualTo(1);
    }

    @Test
    void aRedisThatForgotEverythingCostsOneLogin() throws Exception {
        var first = replica(true);
        var second = replica(false);
        callAndLogIn(first);
        assertThat(second.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo");

        redis.ask("FLUSHALL");
        RunningSidekey.await(() -> !holds(first) && !holds(second), "the loss is noticed");
        var one = first.call("/mcp", "echo");
        var other = second.call("/mcp", "echo");
        first.logIn();

        assertThat(one.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo");
        assertThat(other.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo");
        assertThat(count("/authorize")).isEqualTo(2);
    }

    @Test
    void aRedisThatWentBackIsGivenTheNewerCredentialAgain() throws Exception {
        var first = replica(true);
        callAndLogIn(first);
        redis.ask("COPY {fleet}:credential {fleet}:old");
        authorization.expireAccessTokens();
        assertThat(isAnswered(first)).as("it is refreshed").isTrue();
        assertThat(count("/token")).isEqualTo(2);

        // as after a failover to one that lacks the last write
        redis.ask("RENAME {fleet}:old {fleet}:credential\r\nINCR {fleet}:sequence");
        var old = redis.ask("HGETALL {fleet}:credential");
        RunningSidekey.await(() -> !stored().equals(old), "it is written again");

        var second = replica(false);
        authorization.expireAccessTokens();
        assertThat(isAnswered(second)).as("it goes on with the newer token").isTrue();
        assertThat(authorization.sawReuse()).isFalse();
        assertThat(count("/authorize")).isEqualTo(1);
    }

    private String stored() {
        try {
            return redis.ask("HGETALL {fleet}:credential");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aLoginThatIsRefusedAtAnotherReplicaEndsTheWaitingCall() throws Exception {
        var first = replica(true);
        var second = replica(false);
        authorization.switches.loginError = "access_denied";
        var call = second.call("/mcp", "echo");

        first.follow(second.awaitLink());

        assertDenied(call.get(5, TimeUnit.SECONDS), "ended at another Sidekey");
    }

    @Test
    void aReplicaThatStartsWithoutRedisIsAliveAndNotReadyUntilItIsThere() throws Exception {
        wire.cut();
        try (var waiting = Executors.newVirtualThreadPerTaskExecutor()) {
            var started = waiting.submit(() -> replica(true));
            RunningSidekey.await(() -> probe("/healthz") == 200, "it is alive");
            assertThat(probe("/readyz")).isEqualTo(503);
            assertThat(probe("/startupz")).isEqualTo(503);
            assertThat(probe("/api/v1/upstreams")).isEqualTo(503);
            assertThat(started.isDone()).isFalse();

            wire.heal();

            var replica = started.get(20, TimeUnit.SECONDS);
            assertThat(probe("/readyz")).isEqualTo(200);
            assertThat(callAndLogIn(replica).body()).contains("\"result\":{\"echo");
        }
    }

    /** What the first one's admin listener answers; 0 when nobody listens. */
    private int probe(String path) {
        try (var http = HttpClient.newHttpClient()) {
            var url = URI.create("http://127.0.0.1:" + sharedAdmin + path);
            var request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(10)).build();
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aKeyThatDoesNotOpenTheStoreEndsTheStartAndFreesTheListener() throws Exception {
        replica(true).stop();
        var config = config();
        config.store =
                RedisServer.withKey(
                        RedisServer.config("redis://127.0.0.1:" + wire.port(), "fleet"), 7);
        config.adminPort = sharedAdmin;

        assertThatThrownBy(() -> start(config))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the key does not open the store");

        assertThat(probe("/healthz")).as("nobody listens").isZero();
    }
}
