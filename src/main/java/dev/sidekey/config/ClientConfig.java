package dev.sidekey.config;

import dev.sidekey.oauth.Secret;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the operator knows of the OAuth client beforehand (C1 to C4).
 *
 * @param id client_id of a client that was registered by hand; null when there is none
 * @param secret its secret, if it has one
 * @param authMethod token endpoint auth method; null when negotiated (E3)
 * @param issuer the authorization server this client belongs to (B3, B5); null: the first found is
 *     pinned
 * @param name client_name of a dynamic registration; null for Sidekey's own
 * @param metadataUrl URL of a client id metadata document, sent verbatim as client_id (C4)
 * @param key private key of private_key_jwt or of the client certificate: PEM or JWK
 * @param keyId {@code kid} of its assertions; null for the JWK's own, or none
 * @param signingAlg {@code alg} of its assertions; null for the key's usual one
 * @param assertionAudience {@code aud} of its assertions (M2)
 * @param certificateFile PEM certificate of the key: named in assertions, or shown in TLS
 */
public record ClientConfig(
        @Setting(doc = "client_id of a client that was registered by hand.") @Nullable String id,
        @Setting(doc = "Its secret.") @Nullable Secret secret,
        @Setting(
                        doc =
                                "How it authenticates: none, client_secret_basic, client_secret_post, private_key_jwt, tls_client_auth or self_signed_tls_client_auth; negotiated by default.")
                @Nullable String authMethod,
        @Setting(
                        doc =
                                "The authorization server it belongs to; else the first one found is pinned, with a warning.")
                @Nullable String issuer,
        @Setting(doc = "client_name of a dynamic registration.") @Nullable String name,
        @Setting(doc = "URL of a client id metadata document, sent verbatim as client_id.")
                @Nullable URI metadataUrl,
        @Setting(
                        doc =
                                "Its private key, for private_key_jwt or mTLS: PEM (PKCS#8, PKCS#1, EC) or JWK.")
                @Nullable SecretSource key,
        @Setting(doc = "kid of its assertions.") @Nullable String keyId,
        @Setting(
                        doc =
                                "alg of its assertions: ES256, ES384, ES512, PS256…, RS256… or EdDSA; by default the key's usual one.")
                @Nullable String signingAlg,
        @Setting(doc = "aud of its assertions: issuer or token-endpoint.", fallback = "issuer")
                AssertionAudience assertionAudience,
        @Setting(
                        doc =
                                "PEM certificate of the key: named in assertions (x5t#S256), or shown in TLS.")
                @Nullable Path certificateFile) {

    /** Whom an assertion names as its audience: RFC 7523bis wants the issuer. */
    public enum AssertionAudience {
        ISSUER,
        TOKEN_ENDPOINT
    }

    /** No client. */
    public static ClientConfig none() {
        return of(null, null);
    }

    /** A client with a secret or none, and nothing else said. */
    public static ClientConfig of(@Nullable String id, @Nullable Secret secret) {
        return new ClientConfig(
                id,
                secret,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                AssertionAudience.ISSUER,
                null);
    }
}
