package dev.sidekey.authorization;

import dev.sidekey.authorization.AuthorizationState.Challenged;
import dev.sidekey.authorization.AuthorizationState.Failed;
import dev.sidekey.authorization.AuthorizationState.Resource;
import dev.sidekey.authorization.AuthorizationState.ResourceKnown;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.grant.OpenIdSignOn;
import dev.sidekey.oauth.ProtectedResourceMetadata;
import dev.sidekey.oauth.ResourceIndicator;
import dev.sidekey.oauth.Scopes;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what the token is for and who may give it: the protected resource metadata (RFC 9728), read
 * anew in every flow so that a move of the authorization server is seen (P9).
 */
final class DiscoverResource {
    private static final Logger LOG = LoggerFactory.getLogger(DiscoverResource.class);

    private final Documents documents;

    DiscoverResource(Documents documents) {
        this.documents = documents;
    }

    AuthorizationState discover(Challenged state) {
        var demand = state.demand();
        var upstream = demand.upstream();
        if (OpenIdSignOn.isOf(upstream)) {
            return new ResourceKnown(demand, legacy(upstream)); // it protects nothing of its own
        }
        for (var location : locations(demand)) {
            switch (documents.get(upstream, location, Map.of())) {
                case Documents.Found found -> {
                    var metadata = ProtectedResourceMetadata.parse(found.json());
                    if (metadata != null) {
                        return checked(demand, metadata);
                    }
                    LOG.debug("not protected resource metadata: {}", location);
                }
                case Documents.Absent _ -> LOG.debug("no resource metadata at {}", location);
                case Documents.Broken broken -> {
                    return new Failed(Denials.unreachable(broken.failure()));
                }
            }
        }
        return new ResourceKnown(demand, legacy(upstream));
    }

    /**
     * The challenge's URL first; the well-knowns if there is none or it leads nowhere (P1, P2, P3).
     */
    private static List<URI> locations(Demand demand) {
        var locations = new ArrayList<URI>();
        var challenge = demand.challenge();
        var named = challenge == null ? null : challenge.resourceMetadata();
        if (named != null) {
            try {
                locations.add(new URI(named));
            } catch (URISyntaxException e) {
                LOG.warn("{} names resource metadata at no URL", demand.upstream().name());
            }
        }
        for (var wellKnown : ProtectedResourceMetadata.wellKnown(demand.upstream().url())) {
            if (!locations.contains(wellKnown)) {
                locations.add(wellKnown);
            }
        }
        return locations;
    }

    private static AuthorizationState checked(Demand demand, ProtectedResourceMetadata metadata) {
        var upstream = demand.upstream();
        var resource = metadata.resource();
        // P5: a foreign resource ends the flow before any authorization request
        if (!ResourceIndicator.covers(resource, upstream.url())
                && !ResourceIndicator.covers(resource, URI.create(demand.call().url()))
                && !resource.equals(upstream.resource())) {
            return new Failed(Denials.resourceMismatch(resource, upstream.url()));
        }
        var issuers = issuers(upstream, metadata.authorizationServers());
        if (issuers.isEmpty()) {
            return new Failed(Denials.noAuthorizationServer(upstream.url()));
        }
        return new ResourceKnown(
                demand,
                new Resource(
                        resource,
                        resource,
                        Resource.parameter(upstream, resource),
                        issuers,
                        metadata.scopesSupported(),
                        metadata.dpopBoundAccessTokensRequired(),
                        false));
    }

    private static List<String> issuers(UpstreamConfig upstream, List<String> advertised) {
        var override = upstream.metadata().issuer();
        return override == null ? advertised : List.of(override);
    }

    /**
     * No metadata anywhere: the upstream's origin is its authorization server (A6), no resource
     * (R4).
     */
    private static Resource legacy(UpstreamConfig upstream) {
        var url = upstream.url();
        var origin = url.getScheme() + "://" + url.getRawAuthority();
        var override = upstream.metadata().issuer();
        return new Resource(
                ResourceIndicator.canonical(url),
                null,
                Resource.parameter(upstream, null),
                List.of(override == null ? origin : override),
                Scopes.none(),
                false,
                override == null);
    }
}
