package dev.sidekey.grant;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sidekey.config.ClientConfig;
import dev.sidekey.config.ClientConfig.AssertionAudience;
import dev.sidekey.grant.ClientKeys.Unusable;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.Secret;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/**
 * The assertion of private_key_jwt (RFC 7523 §2.2, §3; M2): issuer and subject are the client, the
 * audience is the authorization server's issuer or, where it wants that, its token endpoint.
 */
final class ClientAssertion {
    private static final Duration LIFETIME = Duration.ofSeconds(60);

    private ClientAssertion() {}

    /**
     * Signs a new one. Reads the key's file.
     *
     * @param at the client's key below the upstream
     * @param now by the server's clock
     */
    static Secret sign(
            String at, ClientConfig config, ClientIdentity client, URI endpoint, Instant now)
            throws Unusable {
        var key = ClientKeys.key(at, config);
        var claims =
                new JWTClaimsSet.Builder()
                        .issuer(client.clientId())
                        .subject(client.clientId())
                        .audience(audience(config, client, endpoint))
                        .jwtID(UUID.randomUUID().toString())
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(LIFETIME)))
                        .build();
        try {
            var jwt = new SignedJWT(header(at, config, key), claims);
            jwt.sign(key.signer());
            return Secret.of(jwt.serialize());
        } catch (JOSEException e) {
            throw new Unusable(
                    at + ".key-file",
                    ClientKeys.nameOf(config) + " cannot sign: " + e.getMessage(),
                    "Use an RSA key of 2048 bits or more, an EC key, or Ed25519.");
        }
    }

    private static String audience(ClientConfig config, ClientIdentity client, URI endpoint) {
        return config.assertionAudience() == AssertionAudience.TOKEN_ENDPOINT
                ? endpoint.toString()
                : client.issuer();
    }

    /** Whether key, algorithm and certificate fit together, in the form of what they sign. */
    static JWSHeader header(String at, ClientConfig config, ClientKey key) throws Unusable {
        var algorithm = key.algorithm(config.signingAlg());
        if (algorithm == null) {
            throw new Unusable(
                    at + ".signing-alg",
                    (config.signingAlg() == null ? "" : config.signingAlg() + " ")
                            + "does not fit the key of "
                            + ClientKeys.nameOf(config),
                    "Write one of " + key.algorithms() + ", or name another key.");
        }
        var header =
                new JWSHeader.Builder(algorithm)
                        .type(JOSEObjectType.JWT)
                        .keyID(config.keyId() == null ? key.keyId() : config.keyId());
        if (config.certificateFile() != null) {
            var own = ClientKeys.certificates(at, config).getFirst();
            header.x509CertSHA256Thumbprint(thumbprint(own));
        }
        return header.build();
    }

    private static Base64URL thumbprint(X509Certificate certificate) {
        try {
            return Base64URL.encode(
                    MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate can be hashed", e);
        }
    }
}
