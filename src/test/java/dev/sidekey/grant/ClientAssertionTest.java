package dev.sidekey.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import dev.sidekey.config.ClientConfig;
import dev.sidekey.config.ClientConfig.AssertionAudience;
import dev.sidekey.config.SecretSource;
import dev.sidekey.grant.ClientKeys.Unusable;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What private_key_jwt shows (M2), by every kind of key that openssl writes. */
class ClientAssertionTest {
    private static final Path KEYS = Path.of("src", "test", "resources", "keys");
    private static final URI ENDPOINT = URI.create("https://as.example/token");
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final ClientIdentity CLIENT =
            new ClientIdentity.Preregistered(
                    "https://as.example", "agent", null, "private_key_jwt");

    @TempDir Path dir;

    private static ClientConfig config(
            Path key, @Nullable String algorithm, AssertionAudience audience) {
        return new ClientConfig(
                "agent",
                null,
                null,
                null,
                null,
                null,
                new SecretSource(Secret.of("unused"), key),
                "k1",
                algorithm,
                audience,
                null);
    }

    private static SignedJWT sign(ClientConfig config) throws Exception {
        var jwt = ClientAssertion.sign("client", config, CLIENT, ENDPOINT, NOW);
        return SignedJWT.parse(jwt.reveal());
    }

    private static Unusable failure(ClientConfig config) {
        return catchThrowableOfType(
                Unusable.class,
                () -> ClientAssertion.sign("client", config, CLIENT, ENDPOINT, NOW));
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.pkcs8.pem, , RS256, RSA, rsa.public.pem",
        "rsa.pkcs1.pem, PS256, PS256, RSA, rsa.public.pem",
        "rsa.pkcs8.pem, RS384, RS384, RSA, rsa.public.pem",
        "rsa.pkcs8.pem, PS512, PS512, RSA, rsa.public.pem",
        "ec256.pkcs8.pem, , ES256, EC, ec256.public.pem",
        "ec256.sec1.pem, ES256, ES256, EC, ec256.public.pem",
        "ec384.sec1.pem, , ES384, EC, ec384.public.pem",
        "ec521.sec1.pem, , ES512, EC, ec521.public.pem",
        "ed25519.pkcs8.pem, , EdDSA, Ed25519, ed25519.public.pem",
    })
    void everyKindOfKeySigns(
            String file, @Nullable String wanted, String used, String kind, String publicFile)
            throws Exception {
        var jwt = sign(config(KEYS.resolve(file), wanted, AssertionAudience.ISSUER));
        assertThat(jwt.getHeader().getAlgorithm().getName()).isEqualTo(used);
        assertThat(jwt.getHeader().getKeyID()).isEqualTo("k1");
        assertThat(verifies(jwt, publicKey(kind, KEYS.resolve(publicFile)))).isTrue();
    }

    private static PublicKey publicKey(String kind, Path file) throws Exception {
        var text = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance(kind)
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(text)));
    }

    private static boolean verifies(SignedJWT jwt, PublicKey key) throws Exception {
        if (key instanceof RSAPublicKey || key instanceof ECPublicKey) {
            JWSVerifier verifier =
                    key instanceof RSAPublicKey rsa
                            ? new RSASSAVerifier(rsa)
                            : new ECDSAVerifier((ECPublicKey) key);
            return jwt.verify(verifier);
        }
        var signature = Signature.getInstance("Ed25519");
        signature.initVerify(key);
        signature.update(jwt.getSigningInput());
        return signature.verify(jwt.getSignature().decode());
    }

    @Test
    void aJwkBringsItsOwnKeyIdAndAlgorithm() throws Exception {
        var jwk = new ECKeyGenerator(Curve.P_256).keyID("of-the-jwk").generate();
        var file = Files.writeString(dir.resolve("key.jwk"), jwk.toJSONString());
        var plain = config(file, null, AssertionAudience.ISSUER);
        var config =
                new ClientConfig(
                        "agent",
                        null,
                        null,
                        null,
                        null,
                        null,
                        plain.key(),
                        null,
                        null,
                        AssertionAudience.ISSUER,
                        null);
        var jwt = sign(config);
        assertThat(jwt.getHeader().getKeyID()).isEqualTo("of-the-jwk");
        assertThat(jwt.verify(new ECDSAVerifier(jwk.toPublicJWK()))).isTrue();
    }

    @Test
    void theClaimsAreThoseOfRfc7523() throws Exception {
        var config = config(KEYS.resolve("ec256.pkcs8.pem"), null, AssertionAudience.ISSUER);
        var claims = sign(config).getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo("agent");
        assertThat(claims.getSubject()).isEqualTo("agent");
        assertThat(claims.getAudience()).containsExactly("https://as.example");
        assertThat(claims.getIssueTime().toInstant()).isEqualTo(NOW);
        assertThat(claims.getExpirationTime().toInstant()).isEqualTo(NOW.plusSeconds(60));
        assertThat(claims.getJWTID()).isNotEqualTo(sign(config).getJWTClaimsSet().getJWTID());
    }

    @Test
    void theAudienceMayBeTheTokenEndpoint() throws Exception {
        var config =
                config(KEYS.resolve("ec256.pkcs8.pem"), null, AssertionAudience.TOKEN_ENDPOINT);
        assertThat(sign(config).getJWTClaimsSet().getAudience())
                .containsExactly("https://as.example/token");
    }

    @Test
    void aCertificateIsNamedByItsThumbprint() throws Exception {
        var plain = config(KEYS.resolve("ec256.sec1.pem"), null, AssertionAudience.ISSUER);
        var config =
                new ClientConfig(
                        "agent",
                        null,
                        null,
                        null,
                        null,
                        null,
                        plain.key(),
                        null,
                        null,
                        AssertionAudience.ISSUER,
                        KEYS.resolve("ec256.certificate.pem"));
        // of `openssl x509 -outform der | openssl dgst -sha256 -binary | basenc --base64url`
        assertThat(sign(config).getHeader().getX509CertSHA256Thumbprint().toString())
                .isEqualTo("z3eiWTl9muemEDKcmquUnPIVt2nuE1mF_BHIJ5dMqi4");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    rsa.pkcs8.pem         | ES256 | client.signing-alg | ES256 does not fit the key of | RS256
                    ec256.sec1.pem        | ES384 | client.signing-alg | ES384 does not fit the key of | ES256
                    ed25519.pkcs8.pem     | RS256 | client.signing-alg | RS256 does not fit the key of | EdDSA
                    unknown-curve.sec1.pem|       | client.key-file    | kind that is known            | PEM
                    encrypted.pem         |       | client.key-file    | needs a passphrase            | PEM
                    ec256.public.pem      |       | client.key-file    | holds no private key in PEM   | PEM
                    short.pkcs8.pem       |       | client.key-file    | the key is too short          | 2048
                    none.pem              |       | client.key-file    | cannot be read                | may read
                    """)
    void whatCannotSignIsNamedWithFileAndRemedy(
            String file, @Nullable String algorithm, String setting, String words, String remedy) {
        var failure = failure(config(KEYS.resolve(file), algorithm, AssertionAudience.ISSUER));
        assertThat(failure.problem().setting()).isEqualTo(setting);
        assertThat(failure.problem().problem()).contains(file).contains(words);
        assertThat(failure.problem().remedy()).contains(remedy);
    }

    @Test
    void aDamagedKeyIsNoKeyAndNothingOfItIsShown() throws Exception {
        var whole = Files.readString(KEYS.resolve("rsa.pkcs1.pem"));
        for (int cut : new int[] {40, 80, 200, 1000}) {
            var body = whole.substring(0, cut) + "\n-----END RSA PRIVATE KEY-----\n";
            var file = Files.write(dir.resolve("cut"), body.getBytes(StandardCharsets.US_ASCII));
            var failure = failure(config(file, null, AssertionAudience.ISSUER));
            assertThat(failure.problem().setting()).isEqualTo("client.key-file");
            assertThat(failure.problem().toString()).doesNotContain(whole.substring(33, 60));
        }
    }
}
