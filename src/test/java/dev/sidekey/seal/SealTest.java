package dev.sidekey.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SealTest {
    private static final byte[] PLAIN = "plain".getBytes(StandardCharsets.UTF_8);

    @Test
    void whatWasSealedOpensWithTheSameKeyAndContext() {
        var key = SealKey.random();

        var sealed = Seal.of(key).seal(PLAIN, "here");

        assertThat(Seal.of(key).open(sealed, "here")).isEqualTo(PLAIN);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("plain");
        assertThat(Seal.of(key).seal(PLAIN, "here")).isNotEqualTo(sealed);
    }

    @Test
    void itDoesNotOpenElsewhere() {
        var seal = Seal.of(SealKey.random());
        var sealed = seal.seal(PLAIN, "here");

        assertThatThrownBy(() -> seal.open(sealed, "there"))
                .isInstanceOf(SealException.class)
                .hasMessageContaining("place of another");
    }

    @Test
    void aChangedByteAnywhereIsFound() {
        var seal = Seal.of(SealKey.random());
        var sealed = seal.seal(PLAIN, "here");

        for (int i = 0; i < sealed.length; i++) {
            var changed = sealed.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> seal.open(changed, "here")).isInstanceOf(SealException.class);
        }
        for (int length : new int[] {0, 1, 4, 5, sealed.length - 1}) {
            var shorter = Arrays.copyOf(sealed, length);
            assertThatThrownBy(() -> seal.open(shorter, "here")).isInstanceOf(SealException.class);
        }
    }

    @Test
    void anotherKeyIsToldFromDamage() {
        var sealed = Seal.of(SealKey.random()).seal(PLAIN, "here");

        assertThatThrownBy(() -> Seal.of(SealKey.random()).open(sealed, "here"))
                .isInstanceOf(SealException.class)
                .hasMessageContaining("another key")
                .hasMessageContaining("SIDEKEY_KEY");
    }

    @Test
    void anOlderKeyStaysReadableAndTheNewestSeals() {
        var old = SealKey.random();
        var fresh = SealKey.random();
        var before = Seal.of(old).seal(PLAIN, "here");
        var both = Seal.of(fresh, old, old, fresh);

        assertThat(both.open(before, "here")).isEqualTo(PLAIN);
        var after = both.seal(PLAIN, "here");
        assertThat(Seal.of(fresh).open(after, "here")).isEqualTo(PLAIN);
        assertThatThrownBy(() -> Seal.of(old).open(after, "here"))
                .isInstanceOf(SealException.class);
    }
}
