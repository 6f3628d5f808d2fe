package dev.sidekey.grant;

/**
 * What grants ask with. Grants themselves hold nothing.
 *
 * @param endpoint asks token endpoints
 * @param sources read tokens of the platform's
 * @param providers know the identity providers
 */
public record Means(TokenEndpoint endpoint, TokenSources sources, IdentityProviders providers) {}
