package dev.sidekey.credential;

import static dev.sidekey.credential.Opened.key;
import static dev.sidekey.credential.Opened.text;
import static dev.sidekey.credential.Opened.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.credential.DyingWriter.Deed;
import dev.sidekey.credential.MortalWire.Step;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code kill -9} at each step of each write on Redis: a command is sent, then answered (E17). */
final class RedisDeathTest {
    private static ExecutorService threads;
    private static RedisServer server;

    @BeforeAll
    static void start() {
        threads = Executors.newVirtualThreadPerTaskExecutor();
        server = RedisServer.shared("redis");
    }

    @AfterAll
    static void stop() {
        threads.shutdownNow();
    }

    /** All steps of a deed at once: most of the time goes into starting processes. */
    @ParameterizedTest
    @EnumSource(Deed.class)
    void aProcessThatIsKilledAmidAWriteLeavesTheOldEntryOrTheNew(Deed deed) throws Exception {
        var deaths = new ArrayList<Future<?>>();
        for (var step : Step.values()) {
            deaths.add(
                    threads.submit(() -> {
                        dieAndLook(deed, step);
                        return step;
                    }));
        }
        for (var death : deaths) {
            assertThat(death.get(50, TimeUnit.SECONDS)).isInstanceOf(Step.class);
        }
    }

    private static void dieAndLook(Deed deed, Step step) throws Exception {
        var prefix = "death-" + deed + "-" + step;
        try (var wire = new MortalWire(server.port(), threads);
                var store =
                        RedisStore.open(server.config(prefix), InstantSource.system(), threads)) {
            if (deed != Deed.CREATE) {
                store.compareAndReplace(key("a"), 0, value("old"), null, null);
            }
            store.compareAndReplace(key("b"), 0, value("bystander"), null, null);
            die(deed, step, wire, prefix);

            check(store, deed, step);
        }
    }

    private static void die(Deed deed, Step step, MortalWire wire, String prefix) throws Exception {
        var url = "redis://127.0.0.1:" + wire.port();
        try (var child = ChildJvm.start(MortalWriter.class, url, prefix, deed.name())) {
            child.awaitLine("ready");
            var reached = wire.arm(step);
            child.say("go");
            reached.get(20, TimeUnit.SECONDS);
            child.kill();
        }
    }

    private static void check(CredentialStore store, Deed deed, Step step) {
        var entry = store.load(key("a"));
        var expected =
                switch (deed) {
                    case CREATE -> step.isDone() ? "new" : null;
                    case REPLACE -> step.isDone() ? "new" : "old";
                    case REMOVE, TAKE -> step.isDone() ? null : "old";
                    case ACQUIRE -> "old";
                };
        assertThat(entry == null ? null : text(entry)).as(deed + " " + step).isEqualTo(expected);
        assertThat(text(store.load(key("b")))).isEqualTo("bystander");
        // and the survivors go on, once the lease of the dead is over
        var version = entry == null ? 0 : entry.version();
        assertThat(store.compareAndReplace(key("a"), version, value("on"), null, null)).isNotNull();
        var end = System.nanoTime() + 20 * MortalWriter.LEASE.toNanos();
        while (store.acquire("a", MortalWriter.LEASE) == null) {
            assertThat(System.nanoTime()).as("the lease ends").isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }
}
