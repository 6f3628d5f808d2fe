package dev.sidekey.grant;

import dev.sidekey.config.UpstreamCheck.Complaints;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.OAuthError;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.TokenReply;
import org.jspecify.annotations.Nullable;

/** Token exchange at the upstream's own authorization server (RFC 8693). */
final class TokenExchange implements UnattendedGrant {
    private static final String NAME = "token_exchange";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String grantType() {
        return ExchangedTokens.GRANT_TYPE;
    }

    @Override
    public ClientNeed clientNeed() {
        return ClientNeed.OPTIONAL;
    }

    /** A subject token serves nothing else, unless an identity provider is to take it. */
    @Override
    public boolean isCalledFor(UpstreamConfig upstream, Offer offer) {
        var inputs = upstream.inputs();
        return inputs.subjectToken().isGiven() && !inputs.identityProvider().isGiven();
    }

    @Override
    public @Nullable Unfit unfit(UpstreamConfig upstream, Offer offer) {
        return Unfit.unlisted(this, offer.server());
    }

    @Override
    public void check(UpstreamConfig upstream, Complaints complaints) {
        var inputs = upstream.inputs();
        if (!inputs.subjectToken().isGiven() && inputs.identityProvider().issuer() == null) {
            complaints.add(
                    "subject-token",
                    (String) null,
                    "is missing for grant " + NAME,
                    "Set subject-token.file, subject-token.command or subject-token.url; or"
                            + " identity-provider, so that a person can sign on there.");
        }
    }

    @Override
    public boolean exchangesIdentity() {
        return true;
    }

    @Override
    public TokenReply request(
            Means means, UpstreamConfig upstream, TokenRequest request, Scopes scopes) {
        return switch (ExchangedTokens.read(means, upstream, scopes, "access_token")) {
            case ExchangedTokens.Unusable unusable -> new TokenReply.Unasked(unusable.problem());
            case ExchangedTokens.Form form ->
                    usable(means.endpoint().request(upstream, request, form.parameters()));
        };
    }

    /** RFC 8693 §2.2.1: N_A is said of what cannot be shown to a resource. */
    private static TokenReply usable(TokenReply reply) {
        return reply instanceof TokenReply.Issued issued && issued.tokenType().equals("N_A")
                ? new TokenReply.Rejected(
                        200,
                        new OAuthError(
                                "unexpected_token_type",
                                "token_type is N_A: it gave "
                                        + issued.issuedTokenType()
                                        + ", which is no access token"))
                : reply;
    }
}
