package dev.sidekey.credential;

import static dev.sidekey.credential.Samples.CANARY;
import static dev.sidekey.credential.Samples.ISSUER;
import static dev.sidekey.credential.Samples.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidekey.config.StoreConfig;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.Secret;
import dev.sidekey.seal.Seal;
import dev.sidekey.seal.SealKey;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records above, sealed entries below. */
class VaultTest {
    private static final Secret ONE_KEY =
            Secret.of(Base64.getEncoder().encodeToString(new byte[32]));
    private static final Secret OTHER_KEY =
            Secret.of(
                    Base64.getEncoder()
                            .encodeToString(
                                    "0123456789abcdef0123456789abcdef"
                                            .getBytes(StandardCharsets.UTF_8)));

    @TempDir Path stateDir;

    private final Opened opened = new Opened();
    private final List<Vault> vaults = new ArrayList<>();

    @AfterEach
    void close() {
        vaults.forEach(Vault::close);
        opened.close();
    }

    private Vault open(@Nullable Secret key) {
        var vault = Vault.open(StoreConfig.of("file", key), stateDir, opened.clock, opened.threads);
        vaults.add(vault);
        return vault;
    }

    static Stream<Credential> credentials() {
        return Stream.of(
                Samples.credential(KEY),
                Samples.bare(Samples.registered("c")),
                Samples.bare(
                        new ClientIdentity.Preregistered(
                                ISSUER,
                                "hand made",
                                Samples.secret("client"),
                                "client_secret_basic")),
                Samples.bare(new ClientIdentity.Preregistered(ISSUER, "public", null, "none")),
                Samples.bare(
                        new ClientIdentity.MetadataDocument(
                                ISSUER, URI.create("https://client.example/metadata.json"))),
                Samples.bare(
                        new ClientIdentity.Registered(
                                ISSUER, "c", null, "none", null, List.of(), null, null)));
    }

    @ParameterizedTest
    @MethodSource("credentials")
    void aCredentialOutlivesARestart(Credential credential) {
        var before = open(null);
        var saved = before.save(credential, 0, null);
        before.close();

        var after = open(null);

        assertThat(after.credential(credential.key())).isEqualTo(saved);
        assertThat(saved.value()).isEqualTo(credential);
        assertThat(after.credentials()).containsExactly(saved);
    }

    @Test
    void aRegistrationOutlivesARestart() {
        var registration = Samples.registration("client-1", "r", true);
        var saved = open(null).saveRegistration(registration, 0, null);

        assertThat(saved.value()).isEqualTo(registration);
        assertThat(open(null).registration(registration.key())).isEqualTo(saved);
    }

    @Test
    void aLoginCanBeFinishedByAnotherProcessOnce() {
        var login = Samples.login("a", opened.clock.instant().plusSeconds(600));
        open(null).saveLogin(login);
        var one = open(null);
        var other = open(null);

        assertThat(one.loginByState(login.state())).isEqualTo(login);
        assertThat(one.loginByState(login.state())).as("not used up by looking (K10)").isNotNull();
        assertThat(one.loginByNonce(login.nonce())).isEqualTo(login);
        assertThat(one.logins()).containsExactly(login);
        assertThat(one.loginByState(login.nonce())).isNull();
        assertThat(one.loginByNonce(login.state())).isNull();

        assertThat(one.takeLogin(login)).isEqualTo(login);
        assertThat(other.takeLogin(login)).isNull();
        assertThat(other.loginByState(login.state())).isNull();
        assertThat(other.logins()).isEmpty();
    }

    @Test
    void aLoginEndsWithItsTime() {
        var vault = open(null);
        var login = Samples.login("a", opened.clock.instant().plusSeconds(600));
        vault.saveLogin(login);

        opened.clock.turn(Duration.ofMinutes(10));

        assertThat(vault.loginByState(login.state())).isNull();
        assertThat(vault.takeLogin(login)).isNull();
    }

    @Test
    void credentialsAreFoundByAccountAndUrl() {
        var vault = open(null);
        var saved = vault.save(Samples.credential(KEY), 0, null);
        vault.save(
                Samples.credential(
                        new CredentialKey("other", KEY.issuer(), KEY.resource(), KEY.clientId())),
                0,
                null);

        assertThat(vault.credentials(KEY.account(), "https://mcp.example/mcp"))
                .containsExactly(saved);
        assertThat(vault.credentials(KEY.account(), "https://mcp.example/mcp/")).isEmpty();
        assertThat(vault.credentials()).hasSize(2);
    }

    @Test
    void keysWhosePartsRunIntoEachOtherAreDifferent() {
        var vault = open(null);
        var keys =
                List.of(
                        new CredentialKey("a", "b", "c", "d"),
                        new CredentialKey("ab", "", "c", "d"),
                        new CredentialKey("a\",\"b", "c", "d", ""),
                        new CredentialKey("a", "b", "c,d", ""),
                        new CredentialKey("A", "b", "c", "d"));

        keys.forEach(key -> vault.save(Samples.credential(key), 0, null));

        assertThat(vault.credentials())
                .extracting(stored -> stored.value().key())
                .containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    void aLoserReadsTheWinnersCredential() {
        var vault = open(null);
        var first = vault.save(Samples.credential(KEY), 0, null);
        var winner = vault.save(first.value().withoutRefreshToken(), first.version(), null);

        assertThat(vault.save(first.value(), first.version(), null)).isNull();
        assertThat(vault.removeCredential(KEY, first.version(), null)).isFalse();
        assertThat(vault.credential(KEY)).isEqualTo(winner);
        assertThat(vault.removeCredential(KEY)).isTrue();
        assertThat(vault.removeCredential(KEY)).isFalse();
        assertThat(vault.credential(KEY)).isNull();
    }

    @Test
    void aLeaseFencesACredential() {
        var vault = open(null);
        var lease = vault.acquire("refresh", Duration.ofSeconds(15));
        assertThat(vault.acquire("refresh", Duration.ofSeconds(15))).isNull();
        assertThat(vault.renew(lease, Duration.ofSeconds(15))).isTrue();
        vault.release(lease);

        assertThat(vault.save(Samples.credential(KEY), 0, lease)).isNull();
    }

    @Test
    void aDeadRegistrationIsForgottenByIssuerAndClient() {
        var vault = open(null);
        var dead = Samples.registration("dead", "r1", true);
        var alive = Samples.registration("alive", "r2", false);
        vault.saveRegistration(dead, 0, null);
        vault.saveRegistration(alive, 0, null);

        vault.removeRegistration("https://other.example", "alive");
        vault.removeRegistration(ISSUER, "dead");
        vault.removeRegistration(ISSUER, "dead");

        assertThat(vault.registration(dead.key())).isNull();
        assertThat(vault.registration(alive.key())).isNotNull();
    }

    @Test
    void onlyARegistrationThatNeverWorkedIsDroppedAfterATimeOut() {
        var vault = open(null);
        var worked = Samples.registration("worked", "r1", false);
        var never = Samples.registration("never", "r2", false);
        vault.saveRegistration(worked, 0, null);
        vault.saveRegistration(never, 0, null);

        vault.proveRegistration(ISSUER, "worked");
        vault.removeUnprovenRegistration(ISSUER, "worked");
        vault.removeUnprovenRegistration(ISSUER, "never");

        assertThat(vault.registration(worked.key()).value()).isEqualTo(worked.withProof());
        assertThat(vault.registration(never.key())).isNull();
    }

    @Test
    void theFirstIssuerIsPinnedForEver() {
        assertThat(open(null).pinIssuer("a", "https://m", "c", ISSUER)).isEqualTo(ISSUER);

        var later = open(null);
        assertThat(later.pinIssuer("a", "https://m", "c", "https://evil.example"))
                .isEqualTo(ISSUER);
        assertThat(later.pinIssuer("a", "https://m", "d", "https://b.example"))
                .isEqualTo("https://b.example");
    }

    @Test
    void aWatchTellsOfAnothersCredentialsAlone() throws Exception {
        var credentials = new LinkedBlockingQueue<CredentialKey>();
        try (var watch = open(null).follow(Samples.follower(credentials::add))) {
            assertThat(watch).isNotNull();
            var other = open(null);
            other.acquire("refresh", Duration.ofSeconds(15));
            other.saveRegistration(Samples.registration("c", "r", false), 0, null);
            other.save(Samples.credential(KEY), 0, null);

            assertThat(credentials.poll(20, TimeUnit.SECONDS)).isEqualTo(KEY);
        }
    }

    @Test
    void noSecretLiesOnTheDiskOrInALogOrInAnyText() throws IOException {
        try (var log = new LogRecord()) {
            var vault = open(null);
            var credential = Samples.credential(KEY);
            var registration = Samples.registration("client-1", "r", false);
            var login = Samples.login("a", opened.clock.instant().plusSeconds(600));
            var saved = vault.save(credential, 0, null);
            vault.saveRegistration(registration, 0, null);
            vault.saveLogin(login);
            vault.loginByState(login.state());
            corrupt("credential", json -> json.put("id", "x"));
            vault.credentials();

            assertThat(List.of(saved.toString(), registration.toString(), login.toString()))
                    .noneMatch(text -> text.contains(CANARY));
            assertThat(String.join("\n", log.lines())).contains("damaged").doesNotContain(CANARY);
        }
        var base64 = Base64.getEncoder().encodeToString(CANARY.getBytes(StandardCharsets.UTF_8));
        var files = files();
        assertThat(files).hasSizeGreaterThan(4);
        for (var file : files) {
            var content = file + Files.readString(file, StandardCharsets.ISO_8859_1);
            assertThat(content).doesNotContain(CANARY).doesNotContain(base64);
        }
    }

    @Test
    void theKeyIsMadeOncePrivateAndSaidSo() throws IOException {
        try (var log = new LogRecord()) {
            open(null);
            open(null);
            var file = stateDir.resolve("key");
            var key = Files.readString(file).strip();

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(Base64.getDecoder().decode(key)).hasSize(32);
            var said = log.lines().stream().filter(line -> line.startsWith("INFO")).toList();
            assertThat(said).singleElement().asString().contains(file.toString());
            assertThat(String.join("\n", log.lines())).doesNotContain(key);
        }
    }

    @Test
    void aConfiguredKeyLeavesNoneOnTheDisk() {
        var saved = open(ONE_KEY).save(Samples.credential(KEY), 0, null);

        assertThat(stateDir.resolve("key")).doesNotExist();
        assertThat(open(ONE_KEY).credential(KEY)).isEqualTo(saved);
    }

    @Test
    void aWrongKeyIsOneClearErrorAtStart() {
        open(ONE_KEY).save(Samples.credential(KEY), 0, null);

        assertThatThrownBy(() -> open(OTHER_KEY))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("SIDEKEY_KEY")
                .hasMessageContaining("SIDEKEY_KEY_FILE")
                .hasMessageContaining(stateDir.toString());
        assertThatThrownBy(() -> open(null)).isInstanceOf(StoreException.class);
        assertThatCode(() -> open(ONE_KEY)).doesNotThrowAnyException();
    }

    @Test
    void anEntryOfAnotherKeyIsNamedAndHurtsNoOther() throws IOException {
        var mine = open(ONE_KEY).save(Samples.credential(KEY), 0, null);
        var theirs = new CredentialKey("theirs", "i", "r", "c");
        var store = opened.store("file", stateDir);
        var strangers = new Vault(store, Seal.of(SealKey.parse(OTHER_KEY)));
        strangers.save(Samples.credential(theirs), 0, null);

        var vault = open(ONE_KEY);

        assertThat(vault.credentials()).containsExactly(mine);
        assertThatThrownBy(() -> vault.credential(theirs))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("another key")
                .hasMessageContaining(stateDir.toString());
    }

    @Test
    void aSealedValueCannotBePutInAnothersPlace() throws IOException {
        var vault = open(null);
        vault.save(Samples.credential(KEY), 0, null);
        var value = new String[1];
        corrupt("credential", json -> value[0] = json.path("value").textValue());
        vault.removeCredential(KEY);
        var other = new CredentialKey("local/other", ISSUER, "r", "client-1");
        vault.save(Samples.credential(other), 0, null);
        corrupt("credential", json -> json.put("value", value[0]));

        assertThatThrownBy(() -> vault.credential(other))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("damaged");
        assertThat(vault.credentials()).isEmpty();
    }

    @Test
    void aNewerSidekeysMembersAreIgnoredAndItsFormsAreNamed() {
        var store = opened.store("file", stateDir);
        var seal = Seal.of(SealKey.parse(ONE_KEY));
        var vault = new Vault(store, seal);
        var codec = new CredentialCodec();
        var credential = Samples.credential(KEY);
        var entry = new EntryKey(Kind.CREDENTIAL, KEY.id());

        var newer = codec.write(credential).put("some_day", "x");
        var sealed = SealedValue.of(seal.seal(bytes(newer), entry.toString()));
        var written = store.compareAndReplace(entry, 0, sealed, null, null);
        assertThat(vault.credential(KEY).value()).isEqualTo(credential);

        var unknown =
                SealedValue.of(seal.seal(bytes(newer.without(List.of("grant"))), entry.toString()));
        store.compareAndReplace(entry, written.version(), unknown, null, null);
        assertThatThrownBy(() -> vault.credential(KEY))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("does not know");
    }

    @Test
    void whatAnOlderSidekeyStoredWithoutAKeyIsRead() {
        var login = Samples.login("old", Samples.NOW.plusSeconds(60));
        var logins = new PendingLoginCodec();
        var credentials = new CredentialCodec();
        var oldLogin = logins.write(login).without("dpop_key");
        var oldCredential = credentials.write(Samples.credential(KEY)).without("dpop_key");

        assertThat(logins.read(oldLogin).dpopKey()).isNull();
        assertThat(credentials.read(oldCredential).dpopKey()).isNull();
        assertThat(credentials.read(oldCredential).isBound()).isFalse();
    }

    @Test
    void aMemoryStoreLeavesNothingBehind() {
        var config = StoreConfig.of("memory", null);
        try (var vault = Vault.open(config, stateDir, opened.clock, opened.threads)) {
            var saved = vault.save(Samples.credential(KEY), 0, null);
            assertThat(vault.credential(KEY)).isEqualTo(saved);
        }
        assertThat(stateDir).isEmptyDirectory();
    }

    @Test
    void anUnknownStoreIsNamedBesideThoseThereAre() {
        assertThatThrownBy(() ->
                        Vault.open(
                                StoreConfig.of("redsi", null),
                                stateDir,
                                opened.clock,
                                opened.threads))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("redsi")
                .hasMessageContaining("memory");
    }

    private static byte[] bytes(ObjectNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private List<Path> files() throws IOException {
        try (var paths = Files.walk(stateDir)) {
            return paths.filter(Files::isRegularFile)
                    .filter(path -> !path.endsWith("lock"))
                    .toList();
        }
    }

    /** Changes the one file of a kind. */
    private void corrupt(String kind, java.util.function.Consumer<ObjectNode> change)
            throws IOException {
        try (var paths = Files.list(stateDir.resolve("store").resolve(kind))) {
            var file = paths.toList().getFirst();
            var json = (ObjectNode) Json.MAPPER.readTree(Files.readAllBytes(file));
            change.accept(json);
            Files.write(file, Json.MAPPER.writeValueAsBytes(json));
        }
    }
}
