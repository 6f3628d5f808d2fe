package dev.sidekey.grant;

import dev.sidekey.config.IdentityProviderConfig;
import dev.sidekey.config.UpstreamCheck.Complaints;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.OAuthError;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import dev.sidekey.oauth.TokenReply;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Enterprise-managed authorization (M5 to M9): the identity provider exchanges a subject token for
 * an assertion, the ID-JAG, and the upstream's authorization server takes that as a grant (RFC
 * 8693, RFC 7523). The assertion is single use: made for this one request, kept nowhere. The
 * subject token comes from a source, or from Sidekey's own login at the identity provider. A
 * refresh token that the upstream's server may give is not kept: the identity provider is to be
 * asked each time, so that it can say no (M9).
 */
final class IdJag implements UnattendedGrant {
    private static final String NAME = "id_jag";
    private static final String PROFILE = "urn:ietf:params:oauth:grant-profile:id-jag";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String grantType() {
        return JwtBearer.GRANT_TYPE;
    }

    /** One of the upstream's own authorization server's, not the identity provider's (M7). */
    @Override
    public ClientNeed clientNeed() {
        return ClientNeed.CONFIGURED;
    }

    @Override
    public boolean isCalledFor(UpstreamConfig upstream, Offer offer) {
        return upstream.inputs().identityProvider().isGiven();
    }

    /** M8: who lists profiles says by them; who lists none may still list the grant. */
    @Override
    public @Nullable Unfit unfit(UpstreamConfig upstream, Offer offer) {
        var profiles = offer.server().authorizationGrantProfilesSupported();
        if (profiles == null) {
            return Unfit.unlisted(this, offer.server());
        }
        return profiles.contains(PROFILE)
                ? null
                : new Unfit(
                        "grant_not_supported",
                        "the authorization server "
                                + offer.server().issuer()
                                + " does not list "
                                + PROFILE
                                + " in authorization_grant_profiles_supported",
                        "Have its operator connect it to the identity provider, or set"
                                + " upstreams.NAME.grant to one that is listed.");
    }

    @Override
    public void check(UpstreamConfig upstream, Complaints complaints) {
        var inputs = upstream.inputs();
        var provider = inputs.identityProvider();
        if (!provider.isGiven()) {
            complaints.add(
                    "identity-provider",
                    (String) null,
                    "is missing for grant " + NAME,
                    "Set identity-provider.issuer and identity-provider.client.");
            return;
        }
        checkProvider(upstream, provider, complaints);
        if (upstream.client().id() == null && upstream.client().metadataUrl() == null) {
            complaints.add(
                    "client.id",
                    (String) null,
                    "is missing for grant " + NAME,
                    "Register a client at the upstream's authorization server and set its id.");
        }
        if (!inputs.subjectToken().isGiven() && provider.issuer() == null) {
            complaints.add(
                    "identity-provider.issuer",
                    (String) null,
                    "is missing, and so is subject-token",
                    "Set the issuer, so that a person can sign on there, or"
                            + " subject-token.file, .command or .url.");
        }
    }

    private static void checkProvider(
            UpstreamConfig upstream, IdentityProviderConfig provider, Complaints complaints) {
        var location = provider.location();
        if (location != null) {
            ClientProof.check(owner(provider.asUpstream(location, upstream)), complaints);
        } else {
            complaints.add(
                    "identity-provider.issuer",
                    provider.issuer(),
                    "is no URL of a host",
                    "Write it as its metadata has it, such as https://idp.example.com.");
        }
        if (provider.client().id() == null) {
            complaints.add(
                    "identity-provider.client.id",
                    (String) null,
                    "is missing for grant " + NAME,
                    "Register a client at the identity provider by hand and set its id.");
        }
    }

    @Override
    public boolean exchangesIdentity() {
        return true;
    }

    @Override
    public TokenReply request(
            Means means, UpstreamConfig upstream, TokenRequest request, Scopes scopes) {
        return switch (means.providers().of(upstream)) {
            case IdentityProviders.Unknown(var failure) -> new TokenReply.Failed(failure);
            case IdentityProviders.Provider provider ->
                    switch (assertion(means, upstream, provider, request, scopes)) {
                        case TokenReply.Issued issued ->
                                redeem(means, upstream, request, issued, scopes);
                        case TokenReply refusal -> refusal;
                    };
        };
    }

    /** M5, M6: an assertion for the upstream's authorization server, or why there is none. */
    private static TokenReply assertion(
            Means means,
            UpstreamConfig upstream,
            IdentityProviders.Provider provider,
            TokenRequest request,
            Scopes scopes) {
        return switch (ExchangedTokens.read(means, upstream, scopes, "id_token")) {
            case ExchangedTokens.Unusable unusable -> new TokenReply.Unasked(unusable.problem());
            case ExchangedTokens.Form read -> {
                var form = new LinkedHashMap<>(read.parameters());
                form.put("requested_token_type", TokenType.ID_JAG);
                form.put("audience", request.client().issuer());
                var exchange =
                        new TokenRequest(
                                provider.tokenEndpoint(),
                                provider.client(),
                                request.resource(),
                                Map.of(),
                                null);
                var reply = means.endpoint().request(owner(provider.upstream()), exchange, form);
                yield judged(provider, reply);
            }
        };
    }

    private static ClientProof.Owner owner(UpstreamConfig provider) {
        return new ClientProof.Owner(provider, "identity-provider.client", provider.client());
    }

    private static TokenReply judged(IdentityProviders.Provider provider, TokenReply reply) {
        var issuer = provider.metadata().issuer();
        return switch (reply) {
            case TokenReply.Issued issued when !isAssertion(issued) ->
                    refused(
                            200,
                            issuer,
                            new OAuthError(
                                    "unexpected_token_type",
                                    "issued_token_type is "
                                            + issued.issuedTokenType()
                                            + " and token_type "
                                            + issued.tokenType()
                                            + ", not an ID-JAG"));
            case TokenReply.Rejected rejected ->
                    refused(rejected.status(), issuer, rejected.error());
            default -> reply;
        };
    }

    private static boolean isAssertion(TokenReply.Issued issued) {
        return TokenType.ID_JAG.equals(issued.issuedTokenType())
                && issued.tokenType().equalsIgnoreCase("N_A");
    }

    /** Two servers may refuse: the message says that it was the first. */
    private static TokenReply.Rejected refused(int status, String issuer, OAuthError error) {
        var words = error.description();
        var where = "said by the identity provider " + issuer;
        return new TokenReply.Rejected(
                status,
                new OAuthError(error.error(), words == null ? where : words + ", " + where),
                issuer);
    }

    /** M7; the identity provider may have allowed less than was asked for (M6). */
    private static TokenReply redeem(
            Means means,
            UpstreamConfig upstream,
            TokenRequest request,
            TokenReply.Issued assertion,
            Scopes scopes) {
        Secret idJag = assertion.accessToken();
        var allowed = Objects.requireNonNullElse(assertion.scope(), scopes);
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", JwtBearer.GRANT_TYPE);
        form.put("assertion", idJag.reveal());
        if (!allowed.isEmpty()) {
            form.put("scope", allowed.toString());
        }
        var reply = means.endpoint().request(upstream, request, form);
        // S8: no scope in the reply means what was asked for, which is what was allowed
        return reply instanceof TokenReply.Issued issued && issued.scope() == null
                ? issued.withScope(allowed)
                : reply;
    }
}
