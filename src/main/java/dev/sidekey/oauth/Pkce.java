package dev.sidekey.oauth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Proof key for code exchange with S256 (RFC 7636, K1).
 *
 * @param verifier kept until the code is redeemed
 * @param challenge its hash, for the authorization request
 */
public record Pkce(Secret verifier, String challenge) {

    /** A new pair. */
    public static Pkce create() {
        var verifier = RandomValue.create();
        return new Pkce(verifier, challengeOf(verifier));
    }

    static String challengeOf(Secret verifier) {
        try {
            var hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(verifier.reveal().getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
