package dev.sidekey.credential;

import static dev.sidekey.credential.Opened.key;
import static dev.sidekey.credential.Opened.text;
import static dev.sidekey.credential.Opened.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidekey.credential.DyingWriter.Deed;
import dev.sidekey.seal.PrivateFiles.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a store of files can do wrong. */
class FileStoreTest {
    @TempDir Path stateDir;

    private final Opened opened = new Opened();
    private CredentialStore store;
    private Path directory;

    @BeforeEach
    void open() {
        store = opened.store("file", stateDir.resolve("state"));
        directory = stateDir.resolve("state").resolve("store");
    }

    @AfterEach
    void close() {
        opened.close();
    }

    private CredentialStore reopened() {
        return opened.store("file", stateDir.resolve("state"));
    }

    private Path fileOf(String id) {
        return Path.of(store.whereabouts(key(id)).replace("the file ", ""));
    }

    private List<Path> everything() throws IOException {
        try (var paths = Files.walk(stateDir.resolve("state"))) {
            return paths.toList();
        }
    }

    /** Each write step of each deed, and whether the deed is done when it dies there. */
    static Stream<Arguments> deaths() {
        var removal = List.of(Step.IN_PLACE, Step.DIRECTORY_SYNCED);
        return Stream.of(Deed.values())
                .flatMap(deed -> {
                    var removes = deed == Deed.REMOVE || deed == Deed.TAKE;
                    var steps = removes ? removal : List.of(Step.values());
                    return steps.stream().map(step -> Arguments.of(deed, step));
                });
    }

    @ParameterizedTest
    @MethodSource("deaths")
    void aProcessThatDiesAmidAWriteLeavesTheOldEntryOrTheNew(Deed deed, Step step)
            throws Exception {
        if (deed != Deed.CREATE) {
            store.compareAndReplace(key("a"), 0, value("old"), null, null);
        }
        store.compareAndReplace(key("b"), 0, value("bystander"), null, null);

        try (var child =
                ChildJvm.start(DyingWriter.class, directory.toString(), deed.name(), step.name())) {
            assertThat(child.end()).containsExactly("" + DyingWriter.DIED);
        }

        var done = step.compareTo(Step.IN_PLACE) >= 0;
        var entry = store.load(key("a"));
        var expected =
                switch (deed) {
                    case CREATE -> done ? "new" : null;
                    case REPLACE -> done ? "new" : "old";
                    case REMOVE, TAKE -> done ? null : "old";
                    case ACQUIRE -> "old";
                };
        assertThat(entry == null ? null : text(entry)).isEqualTo(expected);
        assertThat(text(store.load(key("b")))).isEqualTo("bystander");
        // and the survivors go on at once: neither lock nor lease is left behind
        var version = entry == null ? 0 : entry.version();
        assertThat(store.compareAndReplace(key("a"), version, value("on"), null, null)).isNotNull();
        assertThat(store.acquire("a", Duration.ofHours(1))).isNotNull();
        var later = reopened();
        assertThat(everything()).noneMatch(path -> path.toString().endsWith(".tmp"));
        assertThat(later.list(Kind.CREDENTIAL)).hasSize(2);
    }

    @Test
    void aLeaseOfADeadProcessIsFreeAtOnce() throws Exception {
        try (var child =
                ChildJvm.start(
                        DyingWriter.class,
                        directory.toString(),
                        Deed.ACQUIRE.name(),
                        Step.DIRECTORY_SYNCED.name())) {
            assertThat(child.end()).containsExactly("" + DyingWriter.DIED);
        }
        try (var leases = Files.list(directory.resolve("lease"))) {
            assertThat(leases).hasSize(1);
        }

        assertThat(store.acquire("a", Duration.ofSeconds(1))).isNotNull();
    }

    @Test
    void theLeasesOfAClosedStoreAreFreeAtOnce() {
        var other = reopened();
        var lease = other.acquire("a", Duration.ofHours(1));
        assertThat(store.acquire("a", Duration.ofHours(1))).isNull();

        other.close();

        var next = store.acquire("a", Duration.ofHours(1));
        assertThat(next.fence()).isGreaterThan(lease.fence());
    }

    @Test
    void onlyTheOwnerMayReadAnythingOfIt() throws IOException {
        store.compareAndReplace(key("a"), 0, value("1"), null, null);
        store.acquire("l", Duration.ofHours(1));

        assertThat(everything()).hasSizeGreaterThan(10);
        for (var path : everything()) {
            var mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
            assertThat(mode)
                    .as(path.toString())
                    .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "not json",
                "{\"format\":1}",
                "{\"format\":2,\"kind\":\"credential\",\"id\":\"a\",\"version\":1,\"value\":\"AA==\"}",
                "{\"format\":1,\"kind\":\"lease\",\"id\":\"a\",\"version\":1,\"value\":\"AA==\"}",
                "{\"format\":1,\"kind\":\"credential\",\"id\":7,\"version\":1,\"value\":\"AA==\"}",
                "{\"format\":1,\"kind\":\"credential\",\"id\":\"a\",\"version\":0,\"value\":\"AA==\"}",
                "{\"format\":1,\"kind\":\"credential\",\"id\":\"a\",\"version\":1,\"value\":\"%%\"}",
                "{\"format\":1,\"kind\":\"credential\",\"id\":\"a\",\"version\":1}",
            })
    void aDamagedFileIsNamedAndHurtsNoOther(String content) throws IOException {
        store.compareAndReplace(key("a"), 0, value("1"), null, null);
        var good = store.compareAndReplace(key("b"), 0, value("2"), null, null);
        Files.writeString(fileOf("a"), content);

        assertThatThrownBy(() -> store.load(key("a")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(fileOf("a").toString())
                .hasMessageContaining("damaged");
        assertThatThrownBy(() -> store.compareAndReplace(key("a"), 0, value("x"), null, null))
                .isInstanceOf(StoreException.class);
        assertThat(store.load(key("b"))).isEqualTo(good);
        try (var log = new LogRecord()) {
            assertThat(store.list(Kind.CREDENTIAL)).containsExactly(good);
            assertThat(log.lines()).anyMatch(line -> line.contains(fileOf("a").toString()));
        }
        Files.delete(fileOf("a"));
        assertThat(store.compareAndReplace(key("a"), 0, value("x"), null, null)).isNotNull();
    }

    @Test
    void aFileInThePlaceOfAnotherIsNamed() throws IOException {
        store.compareAndReplace(key("a"), 0, value("1"), null, null);
        store.compareAndReplace(key("b"), 0, value("2"), null, null);
        Files.copy(fileOf("b"), stateDir.resolve("kept"));
        Files.delete(fileOf("a"));
        Files.copy(stateDir.resolve("kept"), fileOf("a"));

        assertThatThrownBy(() -> store.load(key("a")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(fileOf("a").toString());
        assertThat(store.list(Kind.CREDENTIAL)).extracting(Opened::text).containsExactly("2");
    }

    @Test
    void filesThatAreNotOursAreLeftAlone() throws IOException {
        var notes = Files.writeString(directory.resolve("credential").resolve("README"), "mine");
        store.compareAndReplace(key("a"), 0, value("1"), null, null);

        assertThat(reopened().list(Kind.CREDENTIAL)).hasSize(1);
        assertThat(notes).hasContent("mine");
    }

    @Test
    void aLostSequenceStillGivesNewVersions() throws IOException {
        var first = store.compareAndReplace(key("a"), 0, value("1"), null, null);
        store.acquire("l", Duration.ofSeconds(1));
        Files.write(directory.resolve("lock"), new byte[3]);

        var second = store.compareAndReplace(key("a"), first.version(), value("2"), null, null);

        assertThat(second.version()).isGreaterThan(first.version());
    }

    @Test
    void whatHasExpiredDoesNotPileUp() throws IOException {
        for (int i = 0; i < 5; i++) {
            var login = new EntryKey(Kind.PENDING_LOGIN, "login " + i);
            var end = opened.clock.instant().plusSeconds(600);
            store.compareAndReplace(login, 0, value("1"), end, null);
            opened.clock.turn(Duration.ofSeconds(601));
        }

        try (var files = Files.list(directory.resolve("pending-login"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void leasesDoNotPileUp() throws IOException {
        for (int i = 0; i < 5; i++) {
            store.acquire("l" + i, Duration.ofSeconds(1));
        }
        opened.clock.turn(Duration.ofDays(2));

        reopened();

        try (var files = Files.list(directory.resolve("lease"))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void anInterruptLosesNoWrite() {
        Thread.currentThread().interrupt();

        var written = store.compareAndReplace(key("a"), 0, value("rotated"), null, null);
        var lease = store.acquire("l", Duration.ofSeconds(1));
        store.release(lease);

        assertThat(Thread.interrupted()).as("the interrupt shows afterwards").isTrue();
        assertThat(written).isNotNull();
        assertThat(store.load(key("a"))).isEqualTo(written);
    }

    @Test
    void aWatchSeesWhatWasThereBeforeItsStartGo() throws Exception {
        var entry = store.compareAndReplace(key("a"), 0, value("1"), null, null);
        var seen = new LinkedBlockingQueue<EntryKey>();
        try (var watch = reopened().watch(seen::add)) {
            assertThat(watch).isNotNull();
            Files.delete(fileOf("a"));

            assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo(key("a"));
        }
        assertThat(entry).isNotNull();
    }

    @Test
    void aStoreThatCannotBeWatchedWorksAllTheSame() throws IOException {
        Files.delete(directory.resolve("pinned-issuer"));

        try (var log = new LogRecord();
                var watch = store.watch(key -> {})) {
            assertThat(watch).isNotNull();
            assertThat(log.lines()).anyMatch(line -> line.contains("not noticed at once"));
        }
        assertThat(store.compareAndReplace(key("a"), 0, value("1"), null, null)).isNotNull();
    }

    @Test
    void aStoreWhoseDirectoryIsGoneStillCloses() throws IOException {
        var other = opened.store("file", stateDir.resolve("gone"));
        try (var paths = Files.walk(stateDir.resolve("gone"))) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }

        assertThatCode(other::close).doesNotThrowAnyException();
    }

    @Test
    void tenThousandEntriesAreListedInAMoment() throws IOException {
        for (int i = 0; i < 10_000; i++) {
            var json =
                    "{\"format\":1,\"kind\":\"credential\",\"id\":\"%d\",\"version\":1,\"value\":\"%s\"}"
                            .formatted(i, "A".repeat(2000));
            Files.writeString(fileOf("" + i), json);
        }
        var start = System.nanoTime();

        var entries = store.list(Kind.CREDENTIAL);

        var took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(entries).hasSize(10_000);
        assertThat(took).isLessThan(Duration.ofSeconds(10));
        System.out.println("10,000 entries listed in " + took.toMillis() + " ms");
    }

    @Test
    void aDirectoryThatCannotBeUsedIsNamed() throws IOException {
        var file = Files.writeString(stateDir.resolve("file"), "in the way");

        assertThatThrownBy(() ->
                        FileStore.open(
                                file.resolve("store"), InstantSource.system(), opened.threads))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file.toString());
    }
}
