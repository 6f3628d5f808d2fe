package dev.sidekey.grant;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Token type identifiers (RFC 8693 §3), by their last word or as a whole URI. */
final class TokenType {
    /** An ID-JAG: an assertion that an identity provider makes for one authorization server. */
    static final String ID_JAG = "urn:ietf:params:oauth:token-type:id-jag";

    private static final String PREFIX = "urn:ietf:params:oauth:token-type:";
    private static final Set<String> WORDS =
            Set.of("access_token", "refresh_token", "id_token", "jwt", "saml1", "saml2", "id-jag");
    private static final Set<String> JWTS = Set.of(PREFIX + "id_token", PREFIX + "jwt");

    private TokenType() {}

    /**
     * The identifier of what an operator wrote.
     *
     * @param fallback the word where nothing was written
     */
    static String uri(@Nullable String written, String fallback) {
        var type = written == null ? fallback : written;
        return WORDS.contains(type) ? PREFIX + type : type;
    }

    /** Whether it is a word of these or a URI. */
    static boolean isKnown(String written) {
        return WORDS.contains(written) || written.contains(":");
    }

    /** Whether tokens of this type are JWTs for certain, whose end can be read. */
    static boolean isJwt(String uri) {
        return JWTS.contains(uri);
    }
}
