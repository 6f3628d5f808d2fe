package dev.sidekey.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.text.ParseException;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The key pair that tokens are bound to (RFC 9449): EC P-256, with which ES256 is signed. One a
 * credential, stored sealed with it, and the same for each refresh (M14).
 *
 * <p>Safe on every thread, and no method blocks. Compared by its public half; never shown.
 */
public final class DpopKey {
    /** The one algorithm, which every server that speaks DPoP has to know. */
    public static final String ALGORITHM = "ES256";

    /** ECDSA with the plain pair of numbers that JWS wants, not the DER form (RFC 7518 §3.4). */
    private static final String JCA_NAME = "SHA256withECDSAinP1363Format";

    private final ECKey jwk;
    private final PrivateKey privateKey;
    private final String thumbprint;
    private final String header;

    /** A signer at rest; whoever finds none makes another. */
    private final AtomicReference<@Nullable Signature> spare = new AtomicReference<>();

    private DpopKey(ECKey jwk) throws JOSEException {
        this.jwk = jwk;
        this.privateKey = jwk.toPrivateKey();
        this.thumbprint = jwk.computeThumbprint().toString();
        var json =
                "{\"typ\":\"dpop+jwt\",\"alg\":\"%s\",\"jwk\":%s}"
                        .formatted(ALGORITHM, jwk.toPublicJWK().toJSONString());
        this.header =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    /** A new pair. */
    public static DpopKey create() {
        try {
            return new DpopKey(new ECKeyGenerator(Curve.P_256).generate());
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java runtime has P-256", e);
        }
    }

    /**
     * Reads what {@link #secret} gave.
     *
     * @throws IllegalArgumentException when it is no such key; the message shows nothing of it
     */
    public static DpopKey of(Secret secret) {
        try {
            var jwk = ECKey.parse(secret.reveal());
            if (jwk.isPrivate() && jwk.getCurve().equals(Curve.P_256)) {
                return new DpopKey(jwk);
            }
        } catch (ParseException | JOSEException | IllegalStateException e) {
            // the cause may quote the key, and is left out
        }
        throw new IllegalArgumentException("no private P-256 key");
    }

    /** The whole pair as a JWK: for the sealed store alone. */
    public Secret secret() {
        return Secret.of(jwk.toJSONString());
    }

    /**
     * SHA-256 thumbprint of the public half (RFC 7638): {@code dpop_jkt} of an authorization
     * request (RFC 9449 §10), and {@code cnf.jkt} of the token that comes of it.
     */
    public String thumbprint() {
        return thumbprint;
    }

    /** The proofs' header, encoded: it is the same each time. */
    String header() {
        return header;
    }

    /** Signs: most of what a proof costs. */
    byte[] sign(byte[] bytes) {
        try {
            var signer = spare.getAndSet(null);
            if (signer == null) {
                signer = Signature.getInstance(JCA_NAME);
                signer.initSign(privateKey);
            }
            signer.update(bytes);
            var signed = signer.sign();
            spare.set(signer);
            return signed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime signs with P-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DpopKey key && thumbprint.equals(key.thumbprint);
    }

    @Override
    public int hashCode() {
        return thumbprint.hashCode();
    }

    @Override
    public String toString() {
        return "DpopKey[" + thumbprint + "]";
    }
}
