package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.oauth.Scopes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What changes at one replica reaches the memory of the others (E14). */
final class InvalidationTest extends ReplicasTest {
    private static final Duration SOON = Duration.ofSeconds(1);

    /** A look at the last version every four seconds, and one more to be sure. */
    private static final Duration BY_VERSIONS = Duration.ofSeconds(6);

    private static void assertWithin(Duration most, BooleanSupplier condition, String what) {
        var start = System.nanoTime();
        RunningSidekey.await(condition, what);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as(what).isLessThan(most);
    }

    @Test
    void aLogoutAndItsRevocationEndTheCallsOfTheOtherWithinASecond() throws Exception {
        var first = replica(true);
        var second = replica(false);
        callAndLogIn(first);
        assertThat(isAnswered(second)).isTrue();
        var before = mcp.http().asked("/mcp").size();

        first.admin("/api/v1/upstreams/default/logout");

        assertWithin(SOON, () -> !holds(second), "the other drops it");
        assertThat(count("/revoke")).isPositive();
        assertThat(mcp.http().asked("/mcp")).hasSize(before);
    }

    @Test
    void whatTheServerRevokedIsDroppedByTheOtherWithinASecond() throws Exception {
        var first = replica(true);
        var second = replica(false);
        callAndLogIn(first);
        assertThat(isAnswered(second)).isTrue();

        authorization.switches.tokenAnswer = Answer.json(400, Map.of("error", "invalid_grant"));
        authorization.expireAccessTokens();
        var call = first.call("/mcp", "echo");
        assertThat(first.awaitLink()).as("it is found out at one").isNotNull();

        assertWithin(SOON, () -> !holds(second), "the other drops it");
        authorization.switches.tokenAnswer = null;
        first.logIn();
        assertThat(call.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo");
        assertWithin(SOON, () -> holds(second), "the new one has arrived");
    }

    @Test
    void aWiderGrantServesTheOtherWithinASecond() throws Exception {
        mcp.switches.needed = Scopes.of("read");
        mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
        var first = replica(true);
        var second = replica(false);
        callAndLogIn(first);
        assertThat(isAnswered(second)).isTrue();

        assertThat(callAndLogIn(first, "write").body()).contains("\"result\":{\"echo");

        var start = System.nanoTime();
        assertThat(second.call("/mcp", "write").get(20, TimeUnit.SECONDS).body())
                .contains("\"result\":{\"echo");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        assertThat(count("/authorize")).isEqualTo(2);
    }

    @Test
    void aNewRegistrationIsTheOthersToo() throws Exception {
        var first = replica(true, briefLogins());
        var second = replica(false, briefLogins());
        var lost = first.call("/mcp", "echo");
        var link = first.awaitLink();
        authorization.forgetClients();
        assertThat(first.follow(link).getLast().statusCode()).isEqualTo(400);
        assertDenied(lost.get(20, TimeUnit.SECONDS), "in time");
        assertThat(callAndLogIn(first).body()).contains("\"result\":{\"echo");
        assertThat(count("/register")).isEqualTo(2);

        first.admin("/api/v1/upstreams/default/logout");
        assertWithin(SOON, () -> !holds(second), "the other drops it");

        var call = second.call("/mcp", "echo");
        first.follow(second.awaitLink());
        assertThat(call.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo");
        assertThat(count("/register")).as("the second one is used").isEqualTo(2);
    }

    private TestConfig briefLogins() {
        var config = config();
        config.loginTtl = Duration.ofSeconds(1);
        return config;
    }

    @Test
    void aLostNoticeIsMadeGoodByVersions() throws Exception {
        var first = replica(true);
        callAndLogIn(first);

        // as a logout elsewhere whose notice nobody got
        redis.ask("DEL {fleet}:credential\r\nINCR {fleet}:sequence");

        assertWithin(BY_VERSIONS.plus(SOON), () -> !holds(first), "it is noticed");
    }

    @Test
    void aSlowRedisHoldsUpNoCallThatHasAToken() throws Exception {
        var first = replica(true);
        callAndLogIn(first);
        wire.slow(3000);

        for (int i = 0; i < 5; i++) {
            var start = System.nanoTime();
            assertThat(isAnswered(first)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        }
        wire.heal();
    }
}
