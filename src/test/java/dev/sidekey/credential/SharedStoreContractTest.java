package dev.sidekey.credential;

import static dev.sidekey.credential.Opened.key;
import static dev.sidekey.credential.Opened.text;
import static dev.sidekey.credential.Opened.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What every store keeps to that several processes open at once, seen through two of them. */
@ParameterizedClass(name = "{0}")
@MethodSource("stores")
class SharedStoreContractTest {
    private static final Duration TTL = Duration.ofSeconds(30);

    @Parameter String type;
    @TempDir Path stateDir;

    private final Opened opened = new Opened();

    static Stream<String> stores() {
        return Opened.types().filter(type -> !type.equals("memory"));
    }

    @AfterEach
    void close() {
        opened.close();
    }

    private CredentialStore open() {
        return opened.store(type, stateDir);
    }

    @Test
    void whatOneWroteTheOtherReads() {
        var one = open();
        var other = open();

        var first = one.compareAndReplace(key("a"), 0, value("1"), null, null);
        assertThat(other.load(key("a"))).isEqualTo(first);
        var second = other.compareAndReplace(key("a"), first.version(), value("2"), null, null);

        assertThat(one.load(key("a"))).isEqualTo(second);
        assertThat(one.list(Kind.CREDENTIAL)).containsExactly(second);
        assertThat(one.compareAndReplace(key("a"), first.version(), value("x"), null, null))
                .isNull();
        assertThat(one.take(key("a"))).isEqualTo(second);
        assertThat(other.take(key("a"))).isNull();
    }

    @Test
    void aRestartForgetsNothing() {
        var before = open();
        var written = before.compareAndReplace(key("a"), 0, value("1"), null, null);
        before.close();

        var after = open();

        assertThat(after.load(key("a"))).isEqualTo(written);
        var next = after.compareAndReplace(key("b"), 0, value("2"), null, null);
        assertThat(next.version()).isGreaterThan(written.version());
    }

    @Test
    void aLeaseIsRespectedByTheOther() {
        var one = open();
        var other = open();
        var lease = one.acquire("a", TTL);

        assertThat(other.acquire("a", TTL)).isNull();
        opened.clock.turn(TTL);
        var taken = other.acquire("a", TTL);

        assertThat(taken.fence()).isGreaterThan(lease.fence());
        assertThat(one.renew(lease, TTL)).isFalse();
        assertThat(one.compareAndReplace(key("a"), 0, value("late"), null, lease)).isNull();
        assertThat(other.compareAndReplace(key("a"), 0, value("won"), null, taken)).isNotNull();
    }

    @Test
    void aWatchTellsOfTheOthersChanges() throws Exception {
        var one = open();
        var other = open();
        var entry = one.compareAndReplace(key("a"), 0, value("1"), null, null);
        var seen = new LinkedBlockingQueue<EntryKey>();
        try (var watch = other.watch(seen::add)) {
            assertThat(watch).isNotNull();

            var start = System.nanoTime();
            one.remove(key("a"), entry.version(), null);

            assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo(key("a"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TTL);
        }
    }

    @Test
    void twoProcessesShowNoRefreshTokenTwice() throws Exception {
        var rotations = 150;
        var store = open();
        try (var server = new RotatingServer(opened.threads)) {
            store.compareAndReplace(key("credential"), 0, value(server.current()), null, null);
            try (var one = rotating(server, rotations);
                    var other = rotating(server, rotations)) {
                one.say("go");
                other.say("go");

                assertThat(one.end()).containsExactly("0", "done");
                assertThat(other.end()).containsExactly("0", "done");
            }

            assertThat(server.isRevoked()).isFalse();
            assertThat(server.rotations()).isEqualTo(2 * rotations);
            assertThat(text(store.load(key("credential")))).isEqualTo(server.current());
        }
    }

    /** Shows that the server above would find a token that is shown twice. */
    @Test
    void theServerOfThatTestRevokesAFamilyWhoseTokenComesTwice() throws Exception {
        try (var server = new RotatingServer(opened.threads)) {
            var token = server.current();
            for (int i = 0; i < 2; i++) {
                var store = open();
                var before = store.load(key("credential"));
                var version = before == null ? 0 : before.version();
                store.compareAndReplace(key("credential"), version, value(token), null, null);
                try (var child = rotating(server, 1)) {
                    child.say("go");
                    assertThat(child.end()).containsExactly("0", "done");
                }
            }

            assertThat(server.isRevoked()).isTrue();
        }
    }

    private ChildJvm rotating(RotatingServer server, int rotations) throws Exception {
        var child =
                ChildJvm.start(
                        RotatingProcess.class,
                        type,
                        stateDir.toString(),
                        "" + server.port(),
                        "" + rotations);
        child.awaitLine("ready");
        return child;
    }

    @Test
    void whatAKilledProcessSaidWasStoredIsStored() throws Exception {
        for (int round = 0; round < 4; round++) {
            long said = 0;
            try (var child = ChildJvm.start(RestlessWriter.class, type, stateDir.toString())) {
                for (int lines = 0; lines < 20 + 7 * round; lines++) {
                    said = Long.parseLong(child.line());
                }
                child.kill();
            }
            // it may have stored more than it could say, or than was read of it
            assertThat(Long.parseLong(text(open().load(key("a"))))).isGreaterThanOrEqualTo(said);
        }
    }

    @Test
    void aDeadProcessHoldsUpNobody() throws Exception {
        var store = open();
        try (var child = ChildJvm.start(RestlessWriter.class, type, stateDir.toString())) {
            assertThat(child.line()).isNotNull();
            child.kill();
        }
        var done = new CountDownLatch(1);

        opened.threads.execute(() -> {
            store.compareAndReplace(key("b"), 0, value("free"), null, null);
            done.countDown();
        });

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }
}
