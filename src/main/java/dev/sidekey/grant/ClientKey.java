package dev.sidekey.grant;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import dev.sidekey.oauth.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.text.ParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's private key, from PEM or JWK, and what it can sign with. Immutable. */
final class ClientKey {
    private static final List<JWSAlgorithm> RSA =
            List.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512);

    private final PrivateKey key;
    private final @Nullable String keyId;
    private final @Nullable String algorithm;

    private ClientKey(PrivateKey key, @Nullable String keyId, @Nullable String algorithm) {
        this.key = key;
        this.keyId = keyId;
        this.algorithm = algorithm;
    }

    /**
     * Reads a key.
     *
     * @throws GeneralSecurityException whose message goes on after the file's name; no secret
     */
    static ClientKey parse(Secret text) throws GeneralSecurityException {
        var bare = text.reveal().strip();
        var key =
                bare.startsWith("{") ? ofJwk(bare) : new ClientKey(PemKey.parse(bare), null, null);
        if (key.algorithms().isEmpty()) {
            throw new GeneralSecurityException("holds a key of no kind that is known");
        }
        return key;
    }

    private static ClientKey ofJwk(String json) throws GeneralSecurityException {
        try {
            var jwk = JWK.parse(json);
            if (!jwk.isPrivate() || !(jwk instanceof AsymmetricJWK asymmetric)) {
                throw new GeneralSecurityException("holds a JWK without a private key");
            }
            var named = jwk.getAlgorithm();
            return new ClientKey(
                    jwk instanceof OctetKeyPair pair ? edwards(pair) : asymmetric.toPrivateKey(),
                    jwk.getKeyID(),
                    named == null ? null : named.getName());
        } catch (ParseException | JOSEException e) {
            throw new GeneralSecurityException("holds no JWK that can be read", e);
        }
    }

    private static PrivateKey edwards(OctetKeyPair pair) throws GeneralSecurityException {
        if (!pair.getCurve().equals(Curve.Ed25519)) {
            throw new GeneralSecurityException("holds a key of the curve " + pair.getCurve());
        }
        return KeyFactory.getInstance("EdDSA")
                .generatePrivate(
                        new EdECPrivateKeySpec(NamedParameterSpec.ED25519, pair.getDecodedD()));
    }

    /** For TLS. */
    PrivateKey privateKey() {
        return key;
    }

    /** The JWK's {@code kid}; null for a PEM key. */
    @Nullable String keyId() {
        return keyId;
    }

    /** What it can sign with, the usual one first. */
    List<JWSAlgorithm> algorithms() {
        return switch (key) {
            case RSAPrivateKey _ -> RSA;
            case EdECPrivateKey _ -> List.of(JWSAlgorithm.EdDSA);
            case ECPrivateKey ec -> ofCurve(Curve.forECParameterSpec(ec.getParams()));
            default -> List.of();
        };
    }

    private static List<JWSAlgorithm> ofCurve(@Nullable Curve curve) {
        if (Curve.P_256.equals(curve)) {
            return List.of(JWSAlgorithm.ES256);
        }
        if (Curve.P_384.equals(curve)) {
            return List.of(JWSAlgorithm.ES384);
        }
        return Curve.P_521.equals(curve) ? List.of(JWSAlgorithm.ES512) : List.of();
    }

    /**
     * The algorithm to sign with; null when the key cannot.
     *
     * @param configured the operator's choice; null for the JWK's own, else the usual one
     */
    @Nullable JWSAlgorithm algorithm(@Nullable String configured) {
        var wanted = configured == null ? algorithm : configured;
        for (var one : algorithms()) {
            if (wanted == null || one.getName().equals(wanted)) {
                return one;
            }
        }
        return null;
    }

    /**
     * What signs.
     *
     * @throws JOSEException when the key is too weak
     */
    JWSSigner signer() throws JOSEException {
        try {
            return switch (key) {
                case RSAPrivateKey rsa -> new RSASSASigner(rsa);
                case ECPrivateKey ec -> new ECDSASigner(ec);
                default -> new EdwardsSigner(key);
            };
        } catch (IllegalArgumentException e) {
            throw new JOSEException("the key is too short", e);
        }
    }
}
