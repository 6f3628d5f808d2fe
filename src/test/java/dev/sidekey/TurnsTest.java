package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.CuttableProxy;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The turn to log in, in a fleet: kept while a person takes long, passed on when its holder dies,
 * and of no use to a holder that comes back late (E14). Leases are not waited for: their ends are
 * brought nearer at the engine.
 */
final class TurnsTest extends ReplicasTest {
    private static final String ALL_LEASES =
            "EVAL \"local said = '' local now = redis.call('TIME')[1] * 1000"
                    + " local all = redis.call('HGETALL', KEYS[1]) for i = 1, #all, 2 do"
                    + " local fence, ends, rest = string.match(all[i + 1],"
                    + " '^1 (%%d+) (%%d+)\\\\n(.*)$')"
                    + " said = said .. string.match(all[i], '^%%a+') .. ' ' .. fence .. ' '"
                    + " .. string.format('%%.0f', ends - now) .. ';'"
                    + " if ARGV[1] ~= '' then redis.call('HSET', KEYS[1], all[i], '1 ' .. fence .. ' '"
                    + " .. string.format('%%.0f', now + ARGV[1]) .. '\\\\n' .. rest) end end"
                    + " return said\" 1 {fleet}:lease \"%s\"";

    private CuttableProxy itsWire;
    private RunningSidekey holder;
    private RunningSidekey other;

    @BeforeEach
    void startBoth() throws Exception {
        itsWire = CuttableProxy.before(redis.port());
        holder = replica(true, config(), itsWire);
        other = replica(false);
    }

    @AfterEach
    void closeWire() {
        itsWire.close();
    }

    @Test
    void aTurnIsKeptWhileAPersonTakesLongerThanALeaseLasts() throws Exception {
        var call = holder.call("/mcp", "echo");
        var link = holder.awaitLink();
        var waiting = other.call("/mcp", "echo");
        var fence = fence("authorize");

        for (int leases = 0; leases < 3; leases++) {
            leasesEndIn(5000);
            RunningSidekey.await(() -> millisLeft("authorize") > 5000, "its holder keeps it");
        }

        assertThat(fence("authorize")).as("nobody else had the turn").isEqualTo(fence);
        assertThat(holder.logins()).hasSize(1);
        holder.follow(link);
        assertThat(call.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo");
        assertThat(waiting.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo");
        assertThat(count("/authorize")).isEqualTo(1);
        assertThat(count("/register")).isEqualTo(1);
    }

    @Test
    void theTurnOfOneThatDiedIsTakenOverAndItsLoginFinished() throws Exception {
        var _ = holder.call("/mcp", "echo");
        var link = holder.awaitLink();
        itsWire.cut();
        var fence = fence("authorize");
        leasesEndIn(2000);
        var call = other.call("/mcp", "echo");

        awaitNanos(Duration.ofSeconds(1));
        assertThat(fence("authorize")).as("not before its end").isEqualTo(fence);
        RunningSidekey.await(() -> !fence("authorize").equals(fence), "it is taken over");

        follow(other, link);
        assertThat(call.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo");
        assertThat(count("/authorize")).as("the same login").isEqualTo(1);
        assertThat(count("/register")).isEqualTo(1);
    }

    @Test
    void aLoginThatIsFinishedLateDoesNotReplaceTheOneThatCameAfterIt() throws Exception {
        var redeeming = new CountDownLatch(1);
        var late = new CountDownLatch(1);
        var once = new AtomicBoolean(true);
        authorization.switches.beforeToken =
                () -> {
                    if (once.getAndSet(false)) {
                        redeeming.countDown();
                        await(late);
                    }
                };
        var call = holder.call("/mcp", "echo");
        var link = holder.awaitLink();
        var page = holder.later(() -> holder.follow(link));
        await(redeeming);
        itsWire.cut();
        leasesEndIn(0);

        var second = other.call("/mcp", "echo");
        follow(other, other.awaitLink());
        assertThat(second.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo");
        var stored = redis.ask("HGETALL {fleet}:credential");

        itsWire.heal();
        late.countDown();
        assertThat(page.get(20, TimeUnit.SECONDS)).isNotEmpty();
        assertThat(call.get(20, TimeUnit.SECONDS).body()).contains("\"result\":{\"echo");
        assertThat(redis.ask("HGETALL {fleet}:credential")).isEqualTo(stored);
        assertThat(mcp.http().asked("/mcp").getLast().header("authorization"))
                .as("the token of the later login serves both")
                .isEqualTo(lastTokenOf(other));
    }

    private String lastTokenOf(RunningSidekey sidekey) {
        assertThat(isAnswered(sidekey)).isTrue();
        return mcp.http().asked("/mcp").getLast().header("authorization");
    }

    /** The fence of the one lease of a kind. */
    private String fence(String kind) {
        return lease(kind).group(1);
    }

    /** Until it ends, if nobody keeps it. */
    private long millisLeft(String kind) {
        return Long.parseLong(lease(kind).group(2));
    }

    private Matcher lease(String kind) {
        try {
            var all = redis.ask(ALL_LEASES.formatted(""));
            var match = Pattern.compile(kind + " (\\d+) (-?\\d+);").matcher(all);
            assertThat(match.find()).as("%s in %s", kind, all).isTrue();
            return match;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As if they had been taken or renewed long ago. */
    private void leasesEndIn(long millis) throws Exception {
        assertThat(redis.ask(ALL_LEASES.formatted(millis))).startsWith("$");
    }

    private static void awaitNanos(Duration time) {
        var end = System.nanoTime() + time.toNanos();
        RunningSidekey.await(() -> System.nanoTime() > end, "time goes by");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As a browser, through a balancer that leads to a living replica. */
    private void follow(RunningSidekey living, String link) throws Exception {
        var next = link;
        while (next != null) {
            var there = next.replace(":" + sharedAdmin + "/", ":" + living.adminPort() + "/");
            var target = living.get(there).headers().firstValue("location").orElse(null);
            next = target == null ? null : URI.create(next).resolve(target).toString();
        }
    }
}
