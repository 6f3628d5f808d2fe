package dev.sidekey.config;

import dev.sidekey.oauth.Scopes;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The identity provider of enterprise-managed authorization (M5).
 *
 * @param issuer its issuer; null when there is none
 * @param tokenEndpoint its token endpoint; null when its metadata says
 * @param client as which client Sidekey asks there
 */
public record IdentityProviderConfig(
        @Setting(doc = "The identity provider's issuer.") @Nullable String issuer,
        @Setting(doc = "Its token endpoint; found in its metadata by default.")
                @Nullable URI tokenEndpoint,
        @Setting(doc = "The client that is registered there.") ClientConfig client) {
    /** How one in the form of an upstream is asked; no upstream can be configured so. */
    public static final String SIGN_ON = "openid";

    private static final Scopes LOGIN = Scopes.of("openid");

    /** None. */
    public static IdentityProviderConfig none() {
        return new IdentityProviderConfig(null, null, ClientConfig.none());
    }

    /** Whether one is given. */
    public boolean isGiven() {
        return issuer != null || tokenEndpoint != null;
    }

    /** Where it is; null when neither setting is a URL of a host. */
    public @Nullable URI location() {
        try {
            var uri = issuer == null ? tokenEndpoint : new URI(issuer);
            return uri == null || uri.getHost() == null || uri.getScheme() == null ? null : uri;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /**
     * The identity provider in the form of an upstream, so that whatever asks upstreams' servers
     * asks it by its own rules: its address, its client. Its name is its URL, which no route has.
     * The fragment of its own URL keeps it apart from an upstream that may lie there, too. The
     * operator has named it, so that PKCE is sent where its metadata does not list it, too.
     *
     * @param location where it is
     * @param served the upstream whose account it is asked for
     */
    public UpstreamConfig asUpstream(URI location, UpstreamConfig served) {
        return new UpstreamConfig(
                location.toString(),
                URI.create(location + "#" + SIGN_ON),
                served.account(),
                issuer == null ? client : Records.with(client, "issuer", issuer),
                new RegistrationConfig(RegistrationConfig.ScopeRule.NEVER, null, Map.of()),
                LOGIN,
                "none",
                Map.of(),
                List.of(),
                true,
                UpstreamConfig.RefreshScope.AUTO,
                UpstreamConfig.Prompt.AUTO,
                UpstreamConfig.Transport.AUTO,
                new MetadataOverrides(issuer, null, tokenEndpoint, null, null, null),
                new StepUpConfig(StepUpConfig.Policy.NEVER, Scopes.none(), 1),
                UpstreamConfig.Dpop.NEVER,
                SIGN_ON,
                GrantInputs.none(),
                null,
                "scope",
                null,
                Origins.none());
    }
}
