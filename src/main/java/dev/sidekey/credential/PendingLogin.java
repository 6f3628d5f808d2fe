package dev.sidekey.credential;

import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.DpopKey;
import dev.sidekey.oauth.Secret;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A login that awaits a person, with all that any process needs to finish it. Found by its state;
 * single use (K5, K10).
 *
 * @param state what comes back in the callback
 * @param nonce last segment of the link that the person follows (X7)
 * @param verifier PKCE (K1)
 * @param issuer recorded before the browser was sent away, compared with {@code iss} (K6 to K9)
 * @param redirectUri as it was sent
 * @param upstreamName route of the upstream
 * @param account whose credential it will be
 * @param resource what the token will be for
 * @param upstreamUrl the configured URL
 * @param authorizationUrl where the browser is sent; its only secret is the state
 * @param scopes challenged, requested and registered; nothing is granted yet
 * @param client as which client
 * @param tokenEndpoint where the code goes
 * @param revocationEndpoint for the credential to come; null when the server offers none
 * @param issAnnounced whether the server promised an {@code iss} in its answer (RFC 9207, K7)
 * @param resourceParameter what is sent as {@code resource}; null when it is left out (R5)
 * @param createdAt when it began
 * @param expiresAt until when it can be finished
 * @param dpopKey whose thumbprint was sent, if it was, and whose proof goes with the code (RFC 9449
 *     §10); null for a plain bearer token
 * @param device what a login without a callback needs; null where a browser comes back
 */
public record PendingLogin(
        Secret state,
        Secret nonce,
        Secret verifier,
        String issuer,
        String redirectUri,
        String upstreamName,
        String account,
        String resource,
        URI upstreamUrl,
        URI authorizationUrl,
        ScopeSets scopes,
        ClientIdentity client,
        URI tokenEndpoint,
        @Nullable URI revocationEndpoint,
        boolean issAnnounced,
        @Nullable String resourceParameter,
        Instant createdAt,
        Instant expiresAt,
        @Nullable DpopKey dpopKey,
        @Nullable DeviceLogin device) {

    /** The same login, asked for once more: what is used once is new, the link stays (U8). */
    public PendingLogin again(Secret newState, Secret newVerifier, URI url, ScopeSets sets) {
        return new PendingLogin(
                newState,
                nonce,
                newVerifier,
                issuer,
                redirectUri,
                upstreamName,
                account,
                resource,
                upstreamUrl,
                url,
                sets,
                client,
                tokenEndpoint,
                revocationEndpoint,
                issAnnounced,
                resourceParameter,
                createdAt,
                expiresAt,
                dpopKey,
                device);
    }

    /** The authorization URL holds the state, so that it is left out too. */
    @Override
    public String toString() {
        return "PendingLogin[upstream=%s, issuer=%s, expiresAt=%s]"
                .formatted(upstreamName, issuer, expiresAt);
    }
}
