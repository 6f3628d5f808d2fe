package dev.sidekey.credential;

import static dev.sidekey.credential.Opened.key;
import static dev.sidekey.credential.Opened.text;
import static dev.sidekey.credential.Opened.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What every store of the catalogue keeps to, seen through one open store. */
@ParameterizedClass(name = "{0}")
@MethodSource("stores")
class CredentialStoreContractTest {
    private static final Duration TTL = Duration.ofSeconds(30);

    @Parameter String type;
    @TempDir Path stateDir;

    private final Opened opened = new Opened();
    private CredentialStore store;

    static Stream<String> stores() {
        return Opened.types();
    }

    @BeforeEach
    void open() {
        store = opened.store(type, stateDir);
    }

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void whatIsWrittenIsRead() {
        var bytes = new byte[256];
        IntStream.range(0, 256).forEach(i -> bytes[i] = (byte) i);
        var end = opened.clock.instant().plus(TTL);

        var written = store.compareAndReplace(key("a"), 0, SealedValue.of(bytes), end, null);

        assertThat(store.load(key("a"))).isEqualTo(written);
        assertThat(written.value().bytes()).isEqualTo(bytes);
        assertThat(written.expiresAt()).isEqualTo(end);
        assertThat(written.version()).isPositive();
        assertThat(store.load(key("b"))).isNull();
    }

    @Test
    void aReadValueCannotBeChangedFromOutside() {
        store.compareAndReplace(key("a"), 0, value("kept"), null, null);

        store.load(key("a")).value().bytes()[0] = 'X';

        assertThat(text(store.load(key("a")))).isEqualTo("kept");
    }

    @Test
    void idsAreComparedByteForByte() {
        var composed = "\u00e9";
        var decomposed = "e\u0301";
        var ids =
                List.of(
                        "a",
                        "A",
                        "a ",
                        " a",
                        "a/",
                        "../a",
                        "",
                        "\0",
                        "\n",
                        "x".repeat(5000),
                        composed,
                        decomposed,
                        "\ud83d\udd11",
                        "[\"a\"]");

        for (var id : ids) {
            store.compareAndReplace(key(id), 0, value("of " + id), null, null);
        }

        assertThat(store.list(Kind.CREDENTIAL)).hasSize(ids.size());
        for (var id : ids) {
            assertThat(text(store.load(key(id)))).isEqualTo("of " + id);
        }
    }

    @Test
    void kindsAreRoomsOfTheirOwn() {
        for (var kind : Kind.values()) {
            store.compareAndReplace(new EntryKey(kind, "a"), 0, value(kind.name()), null, null);
        }

        for (var kind : Kind.values()) {
            assertThat(store.list(kind)).extracting(Opened::text).containsExactly(kind.name());
        }
    }

    @Test
    void anEntryIsWrittenOnlyOverTheVersionThatWasSeen() {
        var first = store.compareAndReplace(key("a"), 0, value("first"), null, null);

        assertThat(store.compareAndReplace(key("a"), 0, value("lost"), null, null)).isNull();
        var second =
                store.compareAndReplace(key("a"), first.version(), value("second"), null, null);
        assertThat(store.compareAndReplace(key("a"), first.version(), value("lost"), null, null))
                .isNull();
        assertThat(store.compareAndReplace(key("b"), 7, value("lost"), null, null)).isNull();

        assertThat(text(store.load(key("a")))).isEqualTo("second");
        assertThat(second.version()).isGreaterThan(first.version());
        assertThat(store.load(key("b"))).isNull();
    }

    @Test
    void aValueThatIsSealedAnewKeepsItsVersionAndGivesWayToEveryWriter() {
        var end = opened.clock.instant().plus(TTL);
        var first = store.compareAndReplace(key("a"), 0, value("old seal"), end, null);

        assertThat(store.reseal(first, value("new seal"))).isTrue();
        var resealed = store.load(key("a"));
        assertThat(text(resealed)).isEqualTo("new seal");
        assertThat(resealed.version()).isEqualTo(first.version());
        assertThat(resealed.expiresAt()).isEqualTo(end);

        var second = store.compareAndReplace(key("a"), first.version(), value("2"), null, null);
        assertThat(store.reseal(resealed, value("late"))).isFalse();
        assertThat(store.load(key("a"))).isEqualTo(second);
        store.take(key("a"));
        assertThat(store.reseal(second, value("late"))).isFalse();
        assertThat(store.load(key("a"))).isNull();
    }

    @Test
    void aLoserNeverRemovesTheWinnersEntry() {
        var first = store.compareAndReplace(key("a"), 0, value("first"), null, null);
        var second =
                store.compareAndReplace(key("a"), first.version(), value("second"), null, null);

        assertThat(store.remove(key("a"), first.version(), null)).isFalse();
        assertThat(store.remove(key("a"), 0, null)).isFalse();
        assertThat(store.load(key("a"))).isEqualTo(second);

        assertThat(store.remove(key("a"), second.version(), null)).isTrue();
        assertThat(store.load(key("a"))).isNull();
        assertThat(store.remove(key("a"), second.version(), null)).isFalse();
        assertThat(store.remove(key("a"), 0, null)).isFalse();
    }

    @Test
    void aVersionIsNeverGivenTwice() {
        var first = store.compareAndReplace(key("a"), 0, value("first"), null, null);
        store.remove(key("a"), first.version(), null);
        var second = store.compareAndReplace(key("a"), 0, value("second"), null, null);
        store.take(key("a"));
        var third = store.compareAndReplace(key("a"), 0, value("third"), null, null);

        assertThat(second.version()).isGreaterThan(first.version());
        assertThat(third.version()).isGreaterThan(second.version());
        assertThat(store.compareAndReplace(key("a"), first.version(), value("late"), null, null))
                .isNull();
    }

    @Test
    void anEntryWhoseTimeIsOverIsAsIfItWereNotThere() {
        var end = opened.clock.instant().plus(TTL);
        var old = store.compareAndReplace(key("a"), 0, value("old"), end, null);
        store.compareAndReplace(key("b"), 0, value("for ever"), null, null);

        opened.clock.turn(TTL);

        assertThat(store.load(key("a"))).isNull();
        assertThat(store.list(Kind.CREDENTIAL)).extracting(Opened::text).containsOnly("for ever");
        assertThat(store.take(key("a"))).isNull();
        assertThat(store.remove(key("a"), old.version(), null)).isFalse();
        assertThat(store.compareAndReplace(key("a"), old.version(), value("x"), null, null))
                .isNull();
        var renewed = store.compareAndReplace(key("a"), 0, value("new"), null, null);
        assertThat(renewed.version()).isGreaterThan(old.version());
    }

    @Test
    void ofManyWritersNoneLosesAnothersWrite() throws Exception {
        var writers = 12;
        var rounds = 20;
        store.compareAndReplace(key("a"), 0, value("0"), null, null);

        together(
                writers,
                () -> {
                    for (int round = 0; round < rounds; round++) {
                        increment();
                    }
                    return true;
                });

        assertThat(text(store.load(key("a")))).isEqualTo("" + writers * rounds);
    }

    private void increment() {
        while (true) {
            var before = store.load(key("a"));
            var next = value("" + (Integer.parseInt(text(before)) + 1));
            if (store.compareAndReplace(key("a"), before.version(), next, null, null) != null) {
                return;
            }
        }
    }

    @Test
    void ofManyTakersOneGetsIt() throws Exception {
        for (int i = 0; i < 30; i++) {
            var key = new EntryKey(Kind.PENDING_LOGIN, "login " + i);
            store.compareAndReplace(key, 0, value("single use"), null, null);

            var taken = together(8, () -> store.take(key) != null);

            assertThat(taken).containsOnlyOnce(true);
            assertThat(store.load(key)).isNull();
        }
    }

    @Test
    void ofManyWhoAskOneGetsTheLease() throws Exception {
        for (int i = 0; i < 30; i++) {
            var name = "lease " + i;

            var got = together(8, () -> store.acquire(name, TTL) != null);

            assertThat(got).containsOnlyOnce(true);
        }
    }

    @Test
    void aLeaseIsAnothersOnlyAfterItWasGivenBack() {
        var first = store.acquire("a", TTL);

        assertThat(store.acquire("a", TTL)).isNull();
        assertThat(store.acquire("b", TTL)).isNotNull();
        store.release(first);
        var second = store.acquire("a", TTL);

        assertThat(second.fence()).isGreaterThan(first.fence());
        store.release(first);
        assertThat(store.acquire("a", TTL)).as("given back by its holder only").isNull();
    }

    @Test
    void aLeaseIsTakenOverWhenItsTimeIsOver() {
        var paused = store.acquire("a", TTL);
        opened.clock.turn(TTL.minusSeconds(1));
        assertThat(store.renew(paused, TTL)).isTrue();
        opened.clock.turn(TTL.minusSeconds(1));
        assertThat(store.acquire("a", TTL)).as("renewed").isNull();
        opened.clock.turn(Duration.ofSeconds(1));

        var winner = store.acquire("a", TTL);

        assertThat(winner.fence()).isGreaterThan(paused.fence());
        assertThat(store.renew(paused, TTL)).isFalse();
        assertThat(store.renew(winner, TTL)).isTrue();
    }

    @Test
    void aHolderThatWakesLateWritesAndRemovesNothing() {
        var before = store.compareAndReplace(key("a"), 0, value("old"), null, null);
        var paused = store.acquire("refresh a", TTL);
        opened.clock.turn(TTL);
        var winner = store.acquire("refresh a", TTL);

        assertThat(store.compareAndReplace(key("a"), before.version(), value("late"), null, paused))
                .isNull();
        assertThat(store.remove(key("a"), before.version(), paused)).isFalse();
        assertThat(store.load(key("a"))).isEqualTo(before);

        var now = store.compareAndReplace(key("a"), before.version(), value("new"), null, winner);
        assertThat(store.remove(key("a"), now.version(), winner)).isTrue();
    }

    @Test
    void aLeaseThatWasGivenBackNoLongerWrites() {
        var lease = store.acquire("refresh a", TTL);
        store.release(lease);

        assertThat(store.compareAndReplace(key("a"), 0, value("late"), null, lease)).isNull();
        assertThat(store.renew(lease, TTL)).isFalse();
    }

    @Test
    void aSlowHolderWhomNobodyReplacedStillWrites() {
        var slow = store.acquire("refresh a", TTL);
        opened.clock.turn(TTL.multipliedBy(3));

        var written = store.compareAndReplace(key("a"), 0, value("rotated"), null, slow);

        assertThat(written).isNotNull();
        assertThat(store.renew(slow, TTL)).isTrue();
        assertThat(store.acquire("refresh a", TTL)).isNull();
    }

    @Test
    void aWatchTellsOfEachChange() throws Exception {
        var seen = new LinkedBlockingQueue<EntryKey>();
        try (var watch = store.watch(seen::add)) {
            assertThat(watch).isNotNull();
            store.compareAndReplace(key("a"), 0, value("1"), null, null);
            assertThat(isTold(seen, key("a"))).isTrue();
            var second = store.compareAndReplace(key("b"), 0, value("2"), null, null);
            assertThat(isTold(seen, key("b"))).isTrue();
            store.take(key("a"));
            assertThat(isTold(seen, key("a"))).isTrue();
            store.remove(key("b"), second.version(), null);
            assertThat(isTold(seen, key("b"))).isTrue();
            var lease = store.acquire("l", TTL);
            assertThat(isTold(seen, new EntryKey(Kind.LEASE, "l"))).isTrue();
            store.compareAndReplace(key("a"), 0, value("3"), null, lease);
            assertThat(isTold(seen, key("a"))).isTrue();
            store.release(lease);
            assertThat(isTold(seen, new EntryKey(Kind.LEASE, "l"))).isTrue();
        }
    }

    @Test
    void aClosedWatchTellsNothing() throws Exception {
        var closed = new AtomicInteger();
        store.watch(changed -> closed.incrementAndGet()).close();
        var seen = new LinkedBlockingQueue<EntryKey>();
        try (var watch = store.watch(seen::add)) {
            assertThat(watch).isNotNull();

            store.compareAndReplace(key("a"), 0, value("1"), null, null);

            assertThat(isTold(seen, key("a"))).isTrue();
            assertThat(closed).hasValue(0);
        }
    }

    /** Whether the next notice, but for repeated ones of other keys, is this. */
    private static boolean isTold(BlockingQueue<EntryKey> seen, EntryKey expected)
            throws InterruptedException {
        while (true) {
            var next = seen.poll(20, TimeUnit.SECONDS);
            if (next == null || next.equals(expected)) {
                return next != null;
            }
        }
    }

    @Test
    void itSaysWhereAnEntryLies() {
        assertThat(store.whereabouts(key("a"))).isNotBlank();
    }

    @Test
    void itWritesNothingOfASealedValueElsewhere() {
        var canary = value("CANARY".repeat(3));
        var entry = store.compareAndReplace(key("a"), 0, canary, null, null);

        assertThat(entry.toString()).doesNotContain("CANARY");
        assertThat(canary.bytes()).isEqualTo("CANARY".repeat(3).getBytes(StandardCharsets.UTF_8));
    }

    /** Runs the same work on several threads that begin at one moment. */
    private <T> List<T> together(int threads, Callable<T> work) throws Exception {
        var start = new CountDownLatch(1);
        var running = new ArrayList<Future<T>>();
        for (int i = 0; i < threads; i++) {
            running.add(
                    opened.threads.submit(() -> {
                        start.await();
                        return work.call();
                    }));
        }
        start.countDown();
        var results = new ArrayList<T>();
        for (var future : running) {
            results.add(future.get(50, TimeUnit.SECONDS));
        }
        return results;
    }
}
