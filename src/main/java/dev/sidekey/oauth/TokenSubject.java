package dev.sidekey.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Whom an access token speaks for, as far as it can be read (RFC 9068 §2.2). Nothing is verified:
 * good enough to tell that two tokens are <em>not</em> the same person's, and for nothing else.
 */
public final class TokenSubject {
    private static final JsonMapper JSON = new JsonMapper();

    private TokenSubject() {}

    /** Issuer and subject in one string; null when the token is opaque or names no subject. */
    public static @Nullable String of(Secret token) {
        var parts = token.reveal().split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            var payload = Base64.getUrlDecoder().decode(parts[1]);
            var claims = JSON.readTree(new String(payload, StandardCharsets.UTF_8));
            var subject = claims.path("sub").asText("");
            return subject.isEmpty() ? null : claims.path("iss").asText("") + "\n" + subject;
        } catch (IllegalArgumentException | JsonProcessingException e) {
            return null;
        }
    }
}
