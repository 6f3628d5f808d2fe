package dev.sidekey.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a token endpoint said (RFC 6749 §5). */
public sealed interface TokenReply {

    /**
     * A token; null members were absent, null or empty.
     *
     * @param accessToken access_token
     * @param tokenType as sent; compared without case (E6)
     * @param expiresIn null when unknown: used until refused (E6)
     * @param refreshToken refresh_token (E9)
     * @param scope null when absent, which means as requested or as before (S8)
     * @param idToken id_token
     * @param issuedTokenType issued_token_type of an exchange (RFC 8693 §2.2.1)
     */
    record Issued(
            Secret accessToken,
            String tokenType,
            @Nullable Duration expiresIn,
            @Nullable Secret refreshToken,
            @Nullable Scopes scope,
            @Nullable Secret idToken,
            @Nullable String issuedTokenType)
            implements TokenReply {

        /** Whether it is bound to the key whose proof was sent (RFC 9449 §5). */
        public boolean isBound() {
            return tokenType.equalsIgnoreCase("DPoP");
        }

        /**
         * The same with another token in its place.
         *
         * @param lives null when unknown
         */
        public Issued withAccessToken(Secret token, @Nullable Duration lives) {
            return new Issued(
                    token, tokenType, lives, refreshToken, scope, idToken, issuedTokenType);
        }

        /** The same for scopes that are known otherwise. */
        public Issued withScope(Scopes known) {
            return new Issued(
                    accessToken,
                    tokenType,
                    expiresIn,
                    refreshToken,
                    known,
                    idToken,
                    issuedTokenType);
        }
    }

    /**
     * No token, and the same request will not bring one.
     *
     * @param status HTTP status, which may be 200 (E5)
     * @param error the server's error
     * @param provider the identity provider that said so, before the server itself was asked; null
     *     when it was the server
     */
    record Rejected(int status, OAuthError error, @Nullable String provider) implements TokenReply {

        /** By the server that was asked for the token. */
        public Rejected(int status, OAuthError error) {
            this(status, error, null);
        }
    }

    /** No answer that says yes or no: everything held is kept (E12). */
    record Failed(OAuthFailure failure) implements TokenReply {}

    /** Nothing was sent: something that the request needs cannot be used. */
    record Unasked(InputProblem problem) implements TokenReply {}

    /** Reads a token endpoint's answer: JSON, or a form where a server sends one (E5). */
    static TokenReply read(HttpReply reply) {
        return read(reply, null);
    }

    /**
     * The same where a server may nest the token.
     *
     * @param member which member holds it; null for none. Where that is absent, the answer itself
     *     is read
     */
    static TokenReply read(HttpReply reply, @Nullable String member) {
        var whole = reply.jsonOrForm();
        var nested = whole == null || member == null ? null : whole.get(member);
        var document = nested == null || !nested.isObject() ? whole : nested;
        if (document != null && JsonMembers.text(document, "error") != null) {
            return reply.status() >= 500 || reply.status() == 429
                    ? new Failed(reply.failure("could not give a token", true))
                    : new Rejected(reply.status(), reply.error());
        }
        var token = document == null ? null : JsonMembers.secret(document, "access_token");
        if (reply.isSuccess() && document != null && token != null) {
            return token.isVisible()
                    ? issued(token, document)
                    : new Failed(
                            reply.failure("answered with a token that no header can carry", true));
        }
        if (reply.isSuccess()) {
            return new Failed(reply.failure("answered without an access_token", true));
        }
        // an HTML page with 4xx comes from something in between, not from the server (E12)
        return new Failed(reply.failure("gave no token", true));
    }

    private static Issued issued(Secret token, JsonNode document) {
        return new Issued(
                token,
                Objects.requireNonNullElse(JsonMembers.text(document, "token_type"), "Bearer"),
                seconds(document.path("expires_in").asText("")),
                JsonMembers.secret(document, "refresh_token"),
                JsonMembers.scopes(document, "scope"),
                JsonMembers.secret(document, "id_token"),
                JsonMembers.text(document, "issued_token_type"));
    }

    /** A number or a numeric string (E6); nonsense is as good as nothing. */
    private static @Nullable Duration seconds(String text) {
        try {
            var seconds = (long) Double.parseDouble(text);
            return seconds <= 0 ? null : Duration.ofSeconds(Math.min(seconds, 100L * 366 * 86_400));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
