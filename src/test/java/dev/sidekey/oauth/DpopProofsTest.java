package dev.sidekey.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The proof itself (RFC 9449 §4.2; M12, M13), read back by another library. */
class DpopProofsTest {
    /** The access token of RFC 9449 §7.1, whose hash is printed there. */
    private static final String TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";

    private static final String HASH = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1234));

    private final DpopKey key = DpopKey.create();
    private final DpopNonces.Nonce nonce = new DpopNonces().at(URI.create("https://rs.example"));
    private final DpopProofs proofs = DpopProofs.forResource(key, Secret.of(TOKEN), nonce, CLOCK);

    private static Map<String, Object> claims(String proof) throws Exception {
        return JWSObject.parse(proof).getPayload().toJSONObject();
    }

    @Test
    void aProofHoldsWhatTheRfcAsksForAndNothingElse() throws Exception {
        var proof = JWSObject.parse(proofs.proof("POST", "https://rs.example/mcp"));
        var header = proof.getHeader();
        assertThat(header.toJSONObject()).containsOnlyKeys("typ", "alg", "jwk");
        assertThat(header.getType()).hasToString("dpop+jwt");
        assertThat(header.getAlgorithm()).hasToString("ES256");
        assertThat(header.getJWK().isPrivate()).isFalse();
        assertThat(header.getJWK().toJSONObject()).containsOnlyKeys("kty", "crv", "x", "y");
        assertThat(header.getJWK().computeThumbprint()).hasToString(key.thumbprint());
        assertThat(proof.verify(new ECDSAVerifier(header.getJWK().toECKey()))).isTrue();
        assertThat(proof.getPayload().toJSONObject())
                .containsOnlyKeys("jti", "htm", "htu", "iat", "ath")
                .containsEntry("htm", "POST")
                .containsEntry("htu", "https://rs.example/mcp")
                .containsEntry("iat", 1234L)
                .containsEntry("ath", HASH);
    }

    @Test
    void aProofForTokensTiesItselfToNone() throws Exception {
        var proof = DpopProofs.forTokens(key, nonce, CLOCK).proof("POST", "https://as/token");
        assertThat(claims(proof)).doesNotContainKey("ath");
    }

    @ParameterizedTest
    @CsvSource({
        "https://a/mcp?q=1, https://a/mcp",
        "https://a/mcp#f, https://a/mcp",
        "https://a/?, https://a/",
        "http://a:81/x/y, http://a:81/x/y"
    })
    void queryAndFragmentAreLeftOut(String url, String htu) throws Exception {
        assertThat(claims(proofs.proof("GET", url))).containsEntry("htu", htu);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\\b", "a\u0001\u001fb", "\u00e9\u4e00"})
    void whatStrangersWriteStaysOneString(String text) throws Exception {
        assertThat(nonce.learn(text)).isTrue();
        assertThat(claims(proofs.proof("GET", "https://a/" + text)))
                .containsEntry("htu", "https://a/" + text)
                .containsEntry("nonce", text)
                .hasSize(6);
    }

    @Test
    void onlyANewNonceIsWorthAnotherRequest() {
        assertThat(proofs.learn(null)).isFalse();
        assertThat(proofs.learn("")).isFalse();
        assertThat(proofs.learn("x".repeat(5000))).isFalse();
        assertThat(proofs.learn("one")).isTrue();
        assertThat(proofs.learn("one")).isFalse();
        assertThat(proofs.learn("two")).isTrue();
    }

    @Test
    void anOriginHasOneNonce() {
        var nonces = new DpopNonces();
        var one = nonces.at(URI.create("https://a.example/mcp"));
        assertThat(nonces.at(URI.create("HTTPS://A.example/other?x"))).isSameAs(one);
        assertThat(nonces.at(URI.create("https://a.example:8443/mcp"))).isNotSameAs(one);
        assertThat(nonces.at(URI.create("http://a.example/mcp"))).isNotSameAs(one);
    }

    @Test
    void manyThreadsSignWithOneKeyAndNoIdComesTwice() throws Exception {
        Set<Object> ids = ConcurrentHashMap.newKeySet();
        var verifier = new ECDSAVerifier(ECKey.parse(key.secret().reveal()).toPublicJWK());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                var _ =
                        threads.submit(() -> {
                            var proof = JWSObject.parse(proofs.proof("POST", "https://a/"));
                            return proof.verify(verifier)
                                    && ids.add(proof.getPayload().toJSONObject().get("jti"));
                        });
            }
        }
        assertThat(ids).hasSize(200);
    }

    @Test
    void aKeyIsTheSameAfterItWasStored() throws Exception {
        var again = DpopKey.of(key.secret());
        assertThat(again).isEqualTo(key).hasSameHashCodeAs(key).isNotEqualTo(DpopKey.create());
        var proof =
                JWSObject.parse(
                        DpopProofs.forTokens(again, nonce, CLOCK).proof("POST", "https://a/"));
        assertThat(proof.getHeader().getJWK().computeThumbprint()).hasToString(key.thumbprint());
    }

    @Test
    void aKeyIsNeverShown() throws Exception {
        var number = ECKey.parse(key.secret().reveal()).getD().toString();
        assertThat(key.toString()).doesNotContain(number).contains(key.thumbprint());
        assertThat(proofs.proof("POST", "https://a/")).doesNotContain(number);
    }

    @Test
    void whatIsNoSuchKeyIsRefusedWithoutShowingIt() throws Exception {
        var other = new ECKeyGenerator(Curve.P_384).generate();
        var half = new ECKeyGenerator(Curve.P_256).generate().toPublicJWK();
        for (var text :
                new String[] {"", "{}", "CaNaRy", other.toJSONString(), half.toJSONString()}) {
            assertThatThrownBy(() -> DpopKey.of(Secret.of(text)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no private P-256 key")
                    .hasNoCause();
        }
    }
}
