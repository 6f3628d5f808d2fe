package dev.sidekey.grant;

import dev.sidekey.config.UpstreamCheck.Complaints;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.config.UpstreamConfig.Prompt;
import dev.sidekey.oauth.AuthorizationRequest;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.Pkce;
import dev.sidekey.oauth.RandomValue;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import dev.sidekey.oauth.TokenReply;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The authorization code grant with PKCE (RFC 6749 §4.1, RFC 7636; K1 to K15). */
public final class AuthorizationCode implements AttendedGrant {
    /** Its name in configuration, status and metrics. */
    public static final String NAME = "authorization_code";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String grantType() {
        return NAME;
    }

    @Override
    public ClientNeed clientNeed() {
        return ClientNeed.ANY;
    }

    /** Always: who can do nothing else can ask a person. */
    @Override
    public boolean isCalledFor(UpstreamConfig upstream, Offer offer) {
        return true;
    }

    /** Many servers that do offer it list it nowhere, so that the list is not asked. */
    @Override
    public @Nullable Unfit unfit(UpstreamConfig upstream, Offer offer) {
        var issuer = offer.server().issuer();
        if (offer.server().authorizationEndpoint() == null) {
            return new Unfit(
                    "no_authorization_endpoint",
                    "the metadata of " + issuer + " names no authorization_endpoint",
                    "Set upstreams.NAME.metadata.authorization-endpoint, or upstreams.NAME.grant"
                            + " to one that needs no person.");
        }
        return offersPkce(upstream, offer)
                ? null
                : new Unfit(
                        "pkce_not_supported",
                        "the metadata of "
                                + issuer
                                + " does not list S256 in code_challenge_methods_supported",
                        "If the list is merely missing and the server does support PKCE, set"
                                + " upstreams.NAME.assume-pkce: true.");
    }

    /** K2 to K4; 2025-03-26 servers need not list what they support. */
    private static boolean offersPkce(UpstreamConfig upstream, Offer offer) {
        var methods = offer.server().codeChallengeMethodsSupported();
        return methods == null ? upstream.assumePkce() || offer.legacy() : methods.contains("S256");
    }

    /** A person brings all that it needs. */
    @Override
    public void check(UpstreamConfig upstream, Complaints complaints) {}

    /**
     * What a person is to be asked.
     *
     * @param authorizationEndpoint where
     * @param client as which client
     * @param scopes for what; none leaves the parameter out
     * @param resource resource indicator; null leaves it out
     * @param redirectUri where the answer goes
     * @param dpopThumbprint of the key that the code is to be bound to (RFC 9449 §10); null for
     *     none
     */
    public record Asked(
            URI authorizationEndpoint,
            ClientIdentity client,
            Scopes scopes,
            @Nullable String resource,
            URI redirectUri,
            @Nullable String dpopThumbprint) {}

    /**
     * An authorization request, ready to be opened in a browser.
     *
     * @param state binds the answer to the request (K5)
     * @param verifier proves who asked (K1)
     * @param url holds the state and the verifier's hash
     */
    public record Begun(Secret state, Secret verifier, URI url) {}

    /**
     * Writes the authorization request. Nothing is sent.
     *
     * @throws IllegalArgumentException when the endpoint is no URL that a browser may be sent to
     *     (X3)
     */
    public Begun begin(UpstreamConfig upstream, Asked asked) {
        var state = RandomValue.create();
        var pkce = Pkce.create();
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("response_type", "code");
        parameters.put("client_id", asked.client().clientId());
        parameters.put("redirect_uri", asked.redirectUri().toString());
        parameters.put("state", state.reveal());
        parameters.put("code_challenge", pkce.challenge());
        parameters.put("code_challenge_method", "S256");
        if (!asked.scopes().isEmpty()) {
            parameters.put(upstream.scopeParameter(), asked.scopes().toString());
        }
        if (asked.resource() != null) {
            parameters.put("resource", asked.resource());
        }
        if (asked.dpopThumbprint() != null) {
            parameters.put("dpop_jkt", asked.dpopThumbprint());
        }
        // OpenID Connect Core §11: offline access is granted on consent; some tenants lock that out
        if (asked.scopes().contains("offline_access") && upstream.prompt() != Prompt.NEVER) {
            parameters.put("prompt", "consent");
        }
        parameters.putAll(upstream.authorizeParams());
        var url = AuthorizationRequest.url(asked.authorizationEndpoint(), parameters);
        return new Begun(state, pkce.verifier(), url);
    }

    /**
     * The same request once more, for other scopes; state and verifier are new, as each is used
     * once.
     *
     * @param before the URL of the first request
     */
    public Begun again(UpstreamConfig upstream, URI before, Scopes scopes) {
        var state = RandomValue.create();
        var pkce = Pkce.create();
        var changed = new LinkedHashMap<String, @Nullable String>();
        changed.put("state", state.reveal());
        changed.put("code_challenge", pkce.challenge());
        changed.put(upstream.scopeParameter(), scopes.isEmpty() ? null : scopes.toString());
        return new Begun(state, pkce.verifier(), AuthorizationRequest.replace(before, changed));
    }

    /**
     * What came back from a login.
     *
     * @param code single use
     * @param verifier of the request that brought it
     * @param redirectUri as it was sent (K11)
     */
    public record Code(Secret code, Secret verifier, URI redirectUri) {}

    /** Redeems a code. Blocks; virtual threads only. */
    public TokenReply redeem(
            TokenEndpoint endpoint, UpstreamConfig upstream, TokenRequest request, Code code) {
        return endpoint.request(
                upstream,
                request,
                Map.of(
                        "grant_type", NAME,
                        "code", code.code().reveal(),
                        "redirect_uri", code.redirectUri().toString(),
                        "code_verifier", code.verifier().reveal()));
    }
}
