package dev.sidekey.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidekey.oauth.Secret;
import dev.sidekey.seal.Seal;
import dev.sidekey.seal.SealKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What moves from one store to another, and what does not. */
final class VaultExportTest {
    private static final Secret PASSPHRASE = Secret.of("correct horse battery staple");

    @TempDir Path one;
    @TempDir Path other;

    private final Opened opened = new Opened();

    @AfterEach
    void close() {
        opened.close();
    }

    private Vault vault(String type, Path directory) {
        return new Vault(opened.store(type, directory), Seal.of(SealKey.random()));
    }

    static Stream<Arguments> pairs() {
        return CredentialStores.names().stream()
                .flatMap(from ->
                        CredentialStores.names().stream().map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("pairs")
    void everythingMovesBetweenAnyTwoStores(String from, String to) {
        var old = vault(from, one);
        var credential = Samples.credential(Samples.KEY);
        var login = Samples.login("a", opened.clock.instant().plusSeconds(600));
        assertThat(old.save(credential, 0, null)).isNotNull();
        assertThat(old.saveRegistration(Samples.registration("client-1", "r", true), 0, null))
                .isNotNull();
        old.saveLogin(login);
        assertThat(old.pinIssuer("a", "u", "c", "issuer")).isEqualTo("issuer");

        var export = VaultExport.write(old, PASSPHRASE);
        var fresh = vault(to, other);
        var imported = VaultExport.read(fresh, export, PASSPHRASE, false);

        assertThat(new String(export, StandardCharsets.UTF_8)).doesNotContain(Samples.CANARY);
        assertThat(imported).isEqualTo(new VaultExport.Imported(4, 0, false));
        assertThat(fresh.credentials("local/default", "https://mcp.example/mcp"))
                .extracting(Versioned::value)
                .isEqualTo(List.of(credential));
        assertThat(fresh.loginByState(login.state())).isEqualTo(login);
        assertThat(fresh.pinIssuer("a", "u", "c", "another")).isEqualTo("issuer");
    }

    @Test
    void whatIsThereStaysUnlessItIsToBeReplaced() {
        var old = vault("memory", one);
        var credential = Samples.credential(Samples.KEY);
        assertThat(old.save(credential, 0, null)).isNotNull();
        var export = VaultExport.write(old, PASSPHRASE);
        var fresh = vault("memory", other);
        var newer = fresh.save(credential.withoutRefreshToken(), 0, null);

        assertThat(VaultExport.read(fresh, export, PASSPHRASE, false))
                .isEqualTo(new VaultExport.Imported(0, 1, false));
        assertThat(fresh.credential(Samples.KEY)).isEqualTo(newer);

        assertThat(VaultExport.read(fresh, export, PASSPHRASE, true))
                .isEqualTo(new VaultExport.Imported(1, 0, false));
        assertThat(fresh.credential(Samples.KEY).value()).isEqualTo(credential);
    }

    @Test
    void whatWasRemovedSinceDoesNotComeBackWithTheSameExport() {
        var old = vault("memory", one);
        assertThat(old.save(Samples.credential(Samples.KEY), 0, null)).isNotNull();
        var export = VaultExport.write(old, PASSPHRASE);
        var fresh = vault("memory", other);
        VaultExport.read(fresh, export, PASSPHRASE, false);
        fresh.removeCredential(Samples.KEY);

        assertThat(VaultExport.read(fresh, export, PASSPHRASE, false))
                .isEqualTo(new VaultExport.Imported(0, 0, true));
        assertThat(fresh.credential(Samples.KEY)).isNull();
        var another = VaultExport.write(old, PASSPHRASE);
        assertThat(VaultExport.read(fresh, another, PASSPHRASE, false).added()).isEqualTo(1);
    }

    @Test
    void anotherPassphraseOpensNothing() {
        var vault = vault("memory", one);
        var export = VaultExport.write(vault, PASSPHRASE);

        assertThatThrownBy(() -> VaultExport.read(vault, export, Secret.of("wrong"), false))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("passphrase");
        assertThatThrownBy(() -> VaultExport.read(vault, new byte[] {'{', '}'}, PASSPHRASE, false))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("no export");
    }
}
