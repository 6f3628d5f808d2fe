package dev.sidekey.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sets of scope tokens (S7, S8, S9; RFC 6749 section 3.3). */
class ScopesTest {

    @ParameterizedTest
    @CsvSource({
        "'a b', 'a b'",
        "'  a   b ', 'a b'",
        "'a,b', 'a b'",
        "'a,b c', 'a,b c'",
        "'a a', 'a'",
        "'https://h/read A', 'https://h/read A'",
    })
    void scopesAreReadAsServersWriteThem(String written, String wire) {
        assertThat(Scopes.parse(written)).hasToString(wire);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "\t"})
    void nothingIsNobodyNamedAScope(String written) {
        assertThat(Scopes.parse(written)).isSameAs(Scopes.none());
        assertThat(Scopes.none().isEmpty()).isTrue();
    }

    @Test
    void orderDoesNotCountAndCaseDoes() {
        assertThat(Scopes.parse("a b")).isEqualTo(Scopes.parse("b a"));
        assertThat(Scopes.parse("a").covers(Scopes.parse("A"))).isFalse();
    }

    @Test
    void everySetCoversNoneAndItself() {
        var set = Scopes.parse("a b");
        assertThat(set.covers(Scopes.none())).isTrue();
        assertThat(set.covers(set)).isTrue();
        assertThat(Scopes.none().covers(set)).isFalse();
    }

    @Test
    void aUnionKeepsTheOrderOfTheFirst() {
        assertThat(Scopes.parse("b a").union(Scopes.parse("c a"))).hasToString("b a c");
        assertThat(Scopes.parse("b a").without(Scopes.parse("b"))).hasToString("a");
    }
}
