package dev.sidekey.grant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sidekey.address.EndpointRules;
import dev.sidekey.config.IdentityProviderConfig;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.AuthorizationServerMetadata;
import dev.sidekey.oauth.ClientAuthentication;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.OAuthFailure;
import dev.sidekey.oauth.OAuthHttp;
import dev.sidekey.oauth.OAuthHttp.Answered;
import dev.sidekey.oauth.OAuthHttp.Unanswered;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The identity providers that the operator named, and what their metadata says. Kept for an hour.
 * Blocks; virtual threads only.
 */
public final class IdentityProviders {
    private static final Duration KEPT = Duration.ofHours(1);
    private static final int BOUND = 1_000;

    private final OAuthHttp http;
    private final EndpointRules rules;
    private final Cache<String, AuthorizationServerMetadata> known =
            Caffeine.newBuilder().maximumSize(BOUND).expireAfterWrite(KEPT).build();

    /**
     * Makes it.
     *
     * @param rules say where to; an identity provider may lie where its own URL lies
     */
    public IdentityProviders(OAuthHttp http, EndpointRules rules) {
        this.http = http;
        this.rules = rules;
    }

    /** What came of looking for one. */
    public sealed interface Found {}

    /**
     * One that can be asked.
     *
     * @param upstream it, in the form of an upstream
     * @param metadata what is known of it; its token endpoint always
     * @param client as which client to ask it
     */
    public record Provider(
            UpstreamConfig upstream, AuthorizationServerMetadata metadata, ClientIdentity client)
            implements Found {

        /** Where tokens are got. */
        public URI tokenEndpoint() {
            return Objects.requireNonNull(metadata.tokenEndpoint(), "checked when it was found");
        }
    }

    /** None that can be asked now. */
    public record Unknown(OAuthFailure failure) implements Found {}

    /** Finds the identity provider of an upstream; its settings were checked at start. */
    public Found of(UpstreamConfig served) {
        var config = served.inputs().identityProvider();
        var location = Objects.requireNonNull(config.location(), "checked at start");
        var upstream = config.asUpstream(location, served);
        var issuer = config.issuer();
        var endpoint = config.tokenEndpoint();
        if (issuer == null) {
            return provider(
                    upstream, AuthorizationServerMetadata.bare(location.toString()), config);
        }
        var metadata = known.getIfPresent(issuer);
        if (metadata != null) {
            return provider(upstream, metadata, config);
        }
        return switch (read(upstream, issuer)) {
            case Document(var document) -> {
                known.put(issuer, document);
                yield provider(upstream, document, config);
            }
            case Missing _ when endpoint != null ->
                    provider(upstream, AuthorizationServerMetadata.bare(issuer), config);
            case Missing(var failure) -> new Unknown(failure);
        };
    }

    private static Found provider(
            UpstreamConfig upstream,
            AuthorizationServerMetadata found,
            IdentityProviderConfig config) {
        var metadata = found.withEndpoints(null, config.tokenEndpoint(), null, null, null);
        if (metadata.tokenEndpoint() == null) {
            return new Unknown(
                    failure("the metadata of " + found.issuer() + " names no token_endpoint"));
        }
        var client = config.client();
        var method =
                ClientProof.method(
                        upstream, new IdJag(), metadata.tokenEndpointAuthMethodsSupported());
        return new Provider(
                upstream,
                ClientAuthentication.isTls(method) ? metadata.withMtls() : metadata,
                new ClientIdentity.Preregistered(
                        metadata.issuer(),
                        Objects.requireNonNull(client.id(), "checked at start"),
                        client.secret(),
                        method));
    }

    private sealed interface Reading {}

    private record Document(AuthorizationServerMetadata metadata) implements Reading {}

    private record Missing(OAuthFailure failure) implements Reading {}

    private Reading read(UpstreamConfig upstream, String issuer) {
        @Nullable OAuthFailure first = null;
        for (var location : AuthorizationServerMetadata.wellKnown(issuer)) {
            switch (http.get(rules.of(upstream.url()), location, Map.of())) {
                case Unanswered(var failure) -> first = first == null ? failure : first;
                case Answered(var reply) -> {
                    var json = reply.isSuccess() ? reply.json() : null;
                    var metadata = json == null ? null : AuthorizationServerMetadata.parse(json);
                    // A4: plain string comparison
                    if (metadata != null && metadata.issuer().equals(issuer)) {
                        return new Document(metadata);
                    }
                }
            }
        }
        return new Missing(
                first == null
                        ? failure("the identity provider " + issuer + " publishes no metadata")
                        : first);
    }

    private static OAuthFailure failure(String message) {
        return new OAuthFailure(OAuthFailure.Kind.HTTP_STATUS, message, true, null);
    }
}
