package dev.sidekey.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Challenges of servers that take bound tokens (RFC 9449 §7; T5, M13). */
class DpopChallengeTest {

    private static Challenge preferred(String... lines) {
        return Challenge.preferred(Challenge.parse(List.of(lines)));
    }

    @Test
    void ofTwoTheBearerIsTaken() {
        assertThat(preferred("DPoP algs=\"ES256\", Bearer").scheme()).isEqualTo("bearer");
        assertThat(preferred("DPoP algs=\"ES256\"", "Bearer scope=\"a\"").isDpop()).isFalse();
    }

    @Test
    void ofTwoTheOneWithAnErrorSpeaksOfWhatWasShown() {
        var challenge = preferred("Bearer, DPoP error=\"invalid_token\", algs=\"ES256 RS256\"");
        assertThat(challenge.isDpop()).isTrue();
        assertThat(challenge.asksForNonce()).isFalse();
        assertThat(challenge.dpopAlgorithms()).containsExactly("ES256", "RS256");
        assertThat(preferred("Bearer error=\"a\"", "DPoP error=\"b\"").isDpop()).isFalse();
    }

    @Test
    void onlyADpopChallengeAsksForANonce() {
        assertThat(preferred("DPoP error=\"use_dpop_nonce\"").asksForNonce()).isTrue();
        assertThat(preferred("Bearer error=\"use_dpop_nonce\"").asksForNonce()).isFalse();
        assertThat(preferred("DPoP").dpopAlgorithms()).isNull();
    }
}
