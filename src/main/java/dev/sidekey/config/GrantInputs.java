package dev.sidekey.config;

import org.jspecify.annotations.Nullable;

/**
 * What an upstream's grant works with, besides its client. A grant claims what it needs ({@link
 * UpstreamCheck}); a new input is one more component here.
 *
 * @param assertion a JWT of the platform's: the grant itself, or what the client authenticates with
 * @param subjectToken whose token is exchanged
 * @param actorToken who acts for the subject
 * @param identityProvider where a subject token is exchanged for an assertion
 * @param header a fixed header
 * @param token a fixed bearer token
 */
public record GrantInputs(
        @Setting(
                        doc =
                                "A JWT that the platform gives, for grant jwt_bearer; for the other grants the client authenticates with it.")
                TokenSourceConfig assertion,
        @Setting(doc = "The token that is exchanged.") TokenSourceConfig subjectToken,
        @Setting(doc = "The token of who acts for the subject.") TokenSourceConfig actorToken,
        @Setting(
                        doc =
                                "Where a subject token is exchanged for an assertion; without subject-token a person signs on there, once for all upstreams of the account.")
                IdentityProviderConfig identityProvider,
        @Setting(doc = "A fixed header, such as an API key's, for grant static.")
                HeaderConfig header,
        @Setting(doc = "A fixed bearer token, for grant static.") @Nullable SecretSource token) {

    /** No inputs at all. */
    public static GrantInputs none() {
        return new GrantInputs(
                TokenSourceConfig.none(),
                TokenSourceConfig.none(),
                TokenSourceConfig.none(),
                IdentityProviderConfig.none(),
                new HeaderConfig(null, null),
                null);
    }

    /** Whether a fixed header or token is given. */
    public boolean isFixed() {
        return token != null || header.name() != null || header.value() != null;
    }
}
