package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.CuttableProxy;
import dev.sidekey.fakes.CuttableProxy.Notices;
import dev.sidekey.oauth.Scopes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One replica hears of nothing that the other does, though its commands are answered: it looks by
 * itself (E14).
 */
final class LostNoticesTest extends ReplicasTest {

    /** Who waits for a login looks twice a second. */
    private static final Duration BY_LOOKING = Duration.ofMillis(1500);

    /** A look at the last version every four seconds, and one more to be sure. */
    private static final Duration BY_VERSIONS = Duration.ofSeconds(6);

    private CuttableProxy itsWire;
    private RunningSidekey first;
    private RunningSidekey deaf;

    @BeforeEach
    void startBoth() throws Exception {
        itsWire = CuttableProxy.before(redis.port());
        mcp.switches.needed = Scopes.of("read");
        mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
        first = replica(true);
        deaf = replica(false, config(), itsWire);
    }

    @AfterEach
    void closeWire() {
        itsWire.close();
    }

    private static void assertWithin(Duration most, BooleanSupplier condition, String what) {
        var start = System.nanoTime();
        RunningSidekey.await(condition, what);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as(what).isLessThan(most);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROPPED", "CUT"})
    void aLoginThatEndsElsewhereIsFoundByLooking(Notices fate) throws Exception {
        var call = deaf.call("/mcp", "echo");
        var link = deaf.awaitLink();
        itsWire.notices(fate);

        first.follow(link);

        assertWithin(BY_LOOKING, call::isDone, "the waiting call goes on");
        assertThat(call.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo");
        assertThat(count("/authorize")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROPPED", "CUT"})
    void aLogoutElsewhereIsFoundByVersions(Notices fate) throws Exception {
        callAndLogIn(first);
        assertThat(isAnswered(deaf)).isTrue();
        itsWire.notices(fate);

        first.admin("/api/v1/upstreams/default/logout");

        assertWithin(BY_VERSIONS, () -> !holds(deaf), "it is dropped");
    }

    @Test
    void aWiderGrantElsewhereIsFoundByVersions() throws Exception {
        callAndLogIn(first);
        assertThat(isAnswered(deaf)).isTrue();
        assertThat(shows(deaf, "write")).isFalse();
        itsWire.notices(Notices.DROPPED);

        callAndLogIn(first, "write");

        assertWithin(BY_VERSIONS, () -> shows(deaf, "write"), "it is held");
        assertThat(count("/authorize")).isEqualTo(2);
    }
}
