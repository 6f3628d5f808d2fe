package dev.sidekey.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidekey.config.StoreConfig;
import dev.sidekey.oauth.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The way from one key to the next while several Sidekeys go on, as docs/replicas.md has it. */
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"file", "redis"})
final class KeyChangeTest {
    private static final Secret OLD = RedisServer.key(1);
    private static final Secret NEW = RedisServer.key(2);

    @Parameter String type;
    @TempDir Path stateDir;

    private final Opened opened = new Opened();
    private final List<Vault> vaults = new ArrayList<>();

    @AfterEach
    void close() {
        vaults.forEach(Vault::close);
        opened.close();
    }

    private Vault open(Secret key, Secret second) {
        StoreConfig config = RedisServer.withKeys(Opened.config(type, stateDir), key, second);
        var vault = Vault.open(config, stateDir, opened.clock, opened.threads);
        vaults.add(vault);
        return vault;
    }

    @Test
    void allThatTheOldKeySealedOpensWithTheNewOneAlone() {
        var before = open(OLD, null);
        var credential = before.save(Samples.credential(Samples.KEY), 0, null);
        before.saveLogin(Samples.login("a", opened.clock.instant().plus(Duration.ofMinutes(10))));
        before.pinIssuer("account", "https://mcp.example/", "client", "https://as.example");
        var registration = before.saveRegistration(Samples.registration("c", "r", true), 0, null);

        var both = open(NEW, OLD);
        assertThat(both.credential(Samples.KEY)).isEqualTo(credential);

        var after = open(NEW, null);
        assertThat(after.credential(Samples.KEY)).isEqualTo(credential);
        assertThat(after.logins()).hasSize(1);
        assertThat(after.registration(registration.value().key())).isEqualTo(registration);
        var slot = credential.value();
        assertThat(after.credentials(slot.key().account(), slot.upstreamUrl().toString()))
                .containsExactly(credential);
        assertThat(
                        after.pinIssuer(
                                "account",
                                "https://mcp.example/",
                                "client",
                                "https://other.example"))
                .isEqualTo("https://as.example");
        assertThatThrownBy(() -> open(OLD, null)).isInstanceOf(StoreException.class);
    }

    @Test
    void whileSomeSealWithTheOldKeyAndSomeWithTheNewOneBothReadAll() {
        var behind = open(OLD, NEW);
        var first = behind.save(Samples.credential(Samples.KEY), 0, null);
        var ahead = open(NEW, OLD);

        assertThat(ahead.credential(Samples.KEY)).isEqualTo(first);
        assertThat(behind.credential(Samples.KEY)).isEqualTo(first);
        var second = behind.save(first.value(), first.version(), null);
        assertThat(second).as("sealing anew is no change that a writer loses to").isNotNull();
        assertThat(ahead.credential(Samples.KEY)).isEqualTo(second);

        assertThat(open(NEW, null).credential(Samples.KEY)).as("read is sealed").isEqualTo(second);
    }
}
