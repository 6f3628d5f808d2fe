package dev.sidekey.authorization;

import dev.sidekey.oauth.Challenge;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An upstream's 401 or 403, read once (T4 to T7). */
public sealed interface Refusal {

    /**
     * No token, or one that is not accepted.
     *
     * @param challenge the Bearer or DPoP challenge; null when the server sent none (P3)
     */
    record Unauthorized(@Nullable Challenge challenge) implements Refusal {}

    /**
     * The token lacks scopes: {@code error="insufficient_scope"}, or a 403 whose Bearer challenge
     * names scopes without any error (Go SDK servers, T6).
     */
    record InsufficientScope(Challenge challenge) implements Refusal {}

    /** A 403 that no credential cures (T6), or another status altogether. */
    record NotOurs() implements Refusal {}

    /** Whether nothing but the proof's nonce was missing (RFC 9449 §9). */
    default boolean asksForNonce() {
        return this instanceof Unauthorized(var challenge)
                && challenge != null
                && challenge.asksForNonce();
    }

    /**
     * Reads a status and the values of all WWW-Authenticate header lines. Never throws: a malformed
     * challenge reads as none.
     */
    static Refusal read(int status, List<String> wwwAuthenticate) {
        var challenge = Challenge.preferred(Challenge.parse(wwwAuthenticate));
        if (status == 401) {
            return new Unauthorized(challenge);
        }
        if (status == 403 && challenge != null && namesScopes(challenge)) {
            return new InsufficientScope(challenge);
        }
        return new NotOurs();
    }

    private static boolean namesScopes(Challenge challenge) {
        var error = challenge.error();
        return error == null ? !challenge.scope().isEmpty() : error.equals("insufficient_scope");
    }
}
