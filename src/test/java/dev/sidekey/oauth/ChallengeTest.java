package dev.sidekey.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** WWW-Authenticate as the world writes it (T5; RFC 9110 section 11.6.1, RFC 6750 section 3). */
class ChallengeTest {

    static Stream<Arguments> lines() {
        return Stream.of(
                bearer("Bearer", Map.of()),
                bearer("bearer scope=\"a b\"", Map.of("scope", "a b")),
                bearer("BEARER Scope=a", Map.of("scope", "a")),
                bearer("Bearer scope=\"a\",error=\"x\"", Map.of("scope", "a", "error", "x")),
                bearer("Bearer scope = \"a\" , error = x", Map.of("scope", "a", "error", "x")),
                bearer(
                        "Bearer realm=\"a, Basic b\", scope=c",
                        Map.of("realm", "a, Basic b", "scope", "c")),
                bearer("Bearer realm=\"say \\\"hi\\\"\"", Map.of("realm", "say \"hi\"")),
                bearer("Basic realm=\"r\", Bearer scope=\"a\"", Map.of("scope", "a")),
                bearer("Bearer scope=\"a\", Basic realm=\"r\"", Map.of("scope", "a")),
                bearer(
                        "Negotiate YIIBhgYGKwYBBQUCoIIBejCCAXY=, Bearer scope=a",
                        Map.of("scope", "a")),
                bearer("Negotiate, Bearer scope=a", Map.of("scope", "a")),
                bearer("Bearer scope=a, scope=b", Map.of("scope", "a")),
                bearer(
                        "Bearer resource_metadata=https://h/.well-known/x?y=1, scope=a",
                        Map.of("resource_metadata", "https://h/.well-known/x?y=1", "scope", "a")),
                bearer(",, Bearer ,scope=a,,", Map.of("scope", "a")),
                bearer("Bearer scope=\"cut short", Map.of("scope", "cut short")),
                bearer("DPoP algs=\"ES256\", Bearer scope=a", Map.of("scope", "a")));
    }

    private static Arguments bearer(String line, Map<String, String> parameters) {
        return Arguments.of(line, parameters);
    }

    @ParameterizedTest
    @MethodSource("lines")
    void theBearerChallengeIsFoundWithItsParameters(String line, Map<String, String> parameters) {
        var challenge = Challenge.preferred(Challenge.parse(List.of(line)));
        assertThat(challenge).isEqualTo(new Challenge("bearer", parameters));
    }

    @Test
    void severalHeaderLinesAreReadInOrder() {
        var challenges =
                Challenge.parse(List.of("Basic realm=r", "Digest nonce=n", "Bearer scope=\"a\""));
        assertThat(challenges)
                .extracting(Challenge::scheme)
                .containsExactly("basic", "digest", "bearer");
    }

    @Test
    void withoutABearerChallengeTheDpopOneCounts() {
        var challenge =
                Challenge.preferred(Challenge.parse(List.of("DPoP scope=a, Basic realm=r")));
        assertThat(challenge).isEqualTo(new Challenge("dpop", Map.of("scope", "a")));
    }

    @Test
    void withoutEitherThereIsNone() {
        assertThat(Challenge.preferred(Challenge.parse(List.of("Basic realm=r", "")))).isNull();
    }

    /** What strangers send never throws and always ends; the seed makes a failure repeatable. */
    @Test
    void noLineIsTooStrange() {
        var random = new Random(20261124);
        var alphabet = "Bearer scope=\"a\\,; \t'=/\u0001\u00e9";
        for (int i = 0; i < 20_000; i++) {
            var line = new StringBuilder();
            for (int n = random.nextInt(40); n > 0; n--) {
                line.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            var text = line.toString();
            assertThatCode(() -> Challenge.parse(List.of(text)))
                    .as(text)
                    .doesNotThrowAnyException();
        }
    }
}
