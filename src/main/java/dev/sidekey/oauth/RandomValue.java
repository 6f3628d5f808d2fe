package dev.sidekey.oauth;

import java.security.SecureRandom;
import java.util.Base64;

/** Values that nobody can guess: state, nonce, verifier. */
public final class RandomValue {
    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomValue() {}

    /** 256 random bits as base64url: 43 characters, as long as a verifier has to be. */
    public static Secret create() {
        var bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
}
