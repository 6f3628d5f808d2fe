package dev.sidekey.grant;

import dev.sidekey.oauth.Secret;
import org.jspecify.annotations.Nullable;

/**
 * What grants ask with. Grants themselves hold nothing.
 *
 * @param endpoint asks token endpoints
 * @param sources read tokens of the platform's
 * @param providers know the identity providers
 * @param idToken of the person who signed on for the account; null where nobody had to
 */
public record Means(
        TokenEndpoint endpoint,
        TokenSources sources,
        IdentityProviders providers,
        @Nullable Secret idToken) {

    /** The same on behalf of a person. */
    public Means withIdToken(@Nullable Secret token) {
        return new Means(endpoint, sources, providers, token);
    }
}
