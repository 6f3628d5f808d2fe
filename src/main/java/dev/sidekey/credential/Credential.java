package dev.sidekey.credential;

import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.DpopKey;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import dev.sidekey.oauth.TokenReply;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token and all that a refresh needs after a restart, so that it never depends on a new discovery
 * (E13). Immutable.
 *
 * @param key whose, from whom, for what
 * @param upstreamUrl the configured URL that it was first got for
 * @param client as which client; a refresh uses the same
 * @param accessToken what is shown upstream
 * @param tokenType as the server spelled it
 * @param issuedAt when the token response came
 * @param expiresAt null when the server did not say: then it is used until it is refused (E6)
 * @param refreshToken null when none was given (E9)
 * @param scopes challenged, requested, registered, granted
 * @param tokenEndpoint where a refresh goes
 * @param revocationEndpoint where a logout goes (RFC 7009); null when the server offers none
 * @param resourceParameter what was sent as {@code resource}; null when it was left out (R5)
 * @param grant name of the grant that got it, such as {@code authorization_code}
 * @param dpopKey whose proofs were sent with each token request (RFC 9449 §5); null when none was
 */
public record Credential(
        CredentialKey key,
        URI upstreamUrl,
        ClientIdentity client,
        Secret accessToken,
        String tokenType,
        Instant issuedAt,
        @Nullable Instant expiresAt,
        @Nullable Secret refreshToken,
        ScopeSets scopes,
        URI tokenEndpoint,
        @Nullable URI revocationEndpoint,
        @Nullable String resourceParameter,
        String grant,
        @Nullable DpopKey dpopKey) {
    private static final Duration LONGEST_STALE = Duration.ofSeconds(60);

    /** Whether to use it, refresh it behind, or refresh it first. */
    public Freshness freshness(Instant now) {
        var stale = staleAt();
        if (expiresAt == null || stale == null) {
            return Freshness.FRESH;
        }
        if (!now.isBefore(expiresAt)) {
            return Freshness.EXPIRED;
        }
        return now.isAfter(stale) ? Freshness.STALE : Freshness.FRESH;
    }

    /**
     * After this it is STALE: less than 60 s remain, or less than a quarter of its lifetime where
     * that is shorter. Null when its end is unknown.
     */
    public @Nullable Instant staleAt() {
        if (expiresAt == null) {
            return null;
        }
        var quarter = Duration.between(issuedAt, expiresAt).dividedBy(4);
        return expiresAt.minus(quarter.compareTo(LONGEST_STALE) < 0 ? quarter : LONGEST_STALE);
    }

    /** Whether the token is shown with a proof of the key that it is bound to (RFC 9449 §7.1). */
    public boolean isBound() {
        return dpopKey != null && tokenType.equalsIgnoreCase("DPoP");
    }

    /** Whether it was granted all of these scopes. */
    public boolean covers(Scopes wanted) {
        return scopes.granted().covers(wanted);
    }

    /**
     * The same after a refresh. No refresh token in the reply keeps the old one (E10), no scope the
     * granted ones (S8).
     */
    public Credential renewed(TokenReply.Issued reply, Instant now) {
        var lifetime = reply.expiresIn();
        var granted = reply.scope();
        return with(
                new Tokens(
                        reply.accessToken(),
                        reply.tokenType(),
                        now,
                        lifetime == null ? null : now.plus(lifetime),
                        reply.refreshToken() == null ? refreshToken : reply.refreshToken()),
                granted == null ? scopes : scopes.withGranted(granted));
    }

    /** The same after its refresh token died: the access token is used to its end. */
    public Credential withoutRefreshToken() {
        return with(new Tokens(accessToken, tokenType, issuedAt, expiresAt, null), scopes);
    }

    private Credential with(Tokens tokens, ScopeSets sets) {
        return new Credential(
                key,
                upstreamUrl,
                client,
                tokens.access,
                tokens.type,
                tokens.issuedAt,
                tokens.expiresAt,
                tokens.refresh,
                sets,
                tokenEndpoint,
                revocationEndpoint,
                resourceParameter,
                grant,
                dpopKey);
    }

    /** What a refresh changes. */
    private record Tokens(
            Secret access,
            String type,
            Instant issuedAt,
            @Nullable Instant expiresAt,
            @Nullable Secret refresh) {}
}
