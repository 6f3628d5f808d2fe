package dev.sidekey.authorization;

import dev.sidekey.address.EndpointRules;
import dev.sidekey.authorization.Authorization.Denied;
import dev.sidekey.authorization.AuthorizationState.Failed;
import dev.sidekey.authorization.AuthorizationState.IssuerKnown;
import dev.sidekey.authorization.AuthorizationState.Resource;
import dev.sidekey.authorization.AuthorizationState.ResourceKnown;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.AuthorizationServerMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds and checks the authorization server's metadata (RFC 8414, OpenID Connect Discovery). */
final class DiscoverIssuer {
    private static final Logger LOG = LoggerFactory.getLogger(DiscoverIssuer.class);

    private final Documents documents;
    private final EndpointRules rules;
    private final HeldCredentials held;

    DiscoverIssuer(Documents documents, EndpointRules rules, HeldCredentials held) {
        this.documents = documents;
        this.rules = rules;
        this.held = held;
    }

    AuthorizationState discover(ResourceKnown state) {
        var demand = state.demand();
        @Nullable Denied first = null;
        for (var issuer : knownFirst(demand, state.resource().issuers())) {
            switch (find(demand.upstream(), state.resource(), issuer)) {
                case Server server -> {
                    return new IssuerKnown(demand, state.resource(), server.metadata());
                }
                case None none -> first = first == null ? none.denied() : first;
            }
        }
        return new Failed(
                first == null ? Denials.noAuthorizationServer(demand.upstream().url()) : first);
    }

    private Discovered find(UpstreamConfig upstream, Resource resource, String issuer) {
        @Nullable String otherIssuer = null;
        for (var location : AuthorizationServerMetadata.wellKnown(issuer)) {
            switch (documents.get(upstream, location, headers(resource))) {
                case Documents.Found found -> {
                    var metadata = AuthorizationServerMetadata.parse(found.json());
                    if (metadata != null && isIssuer(upstream, issuer, metadata.issuer())) {
                        return judge(upstream, resource, metadata);
                    }
                    otherIssuer = metadata == null ? otherIssuer : metadata.issuer();
                }
                case Documents.Absent _ -> LOG.debug("no metadata at {}", location);
                case Documents.Broken broken -> {
                    return new None(Denials.unreachable(broken.failure()));
                }
            }
        }
        if (otherIssuer != null) {
            return new None(Denials.issuerMismatch(issuer, otherIssuer));
        }
        return withoutDocument(upstream, resource, issuer);
    }

    /** A8: the version header goes out in the legacy fallback only; some firewalls refuse it. */
    private static Map<String, String> headers(Resource resource) {
        return resource.legacy() ? Map.of("MCP-Protocol-Version", "2025-03-26") : Map.of();
    }

    /**
     * Plain string comparison (A4), but for exact strings that the operator calls one server (A5).
     */
    private static boolean isIssuer(UpstreamConfig upstream, String expected, String found) {
        var accepted = upstream.acceptIssuers();
        return found.equals(expected) || accepted.contains(found);
    }

    /** A7 and A11: default endpoints only where there is neither metadata nor a named server. */
    private Discovered withoutDocument(UpstreamConfig upstream, Resource resource, String issuer) {
        if (resource.legacy()) {
            return judge(upstream, resource, AuthorizationServerMetadata.defaults(issuer));
        }
        var overrides = upstream.metadata();
        if (overrides.authorizationEndpoint() != null && overrides.tokenEndpoint() != null) {
            var bare = AuthorizationServerMetadata.bare(issuer);
            return judge(upstream, resource, bare);
        }
        return new None(Denials.noMetadata(issuer));
    }

    private Discovered judge(
            UpstreamConfig upstream, Resource resource, AuthorizationServerMetadata found) {
        var overrides = upstream.metadata();
        var metadata =
                found.withEndpoints(
                        overrides.authorizationEndpoint(),
                        overrides.tokenEndpoint(),
                        overrides.registrationEndpoint(),
                        overrides.revocationEndpoint());
        if (metadata.tokenEndpoint() == null) {
            return new None(Denials.missingEndpoint(metadata.issuer(), "token_endpoint"));
        }
        if (metadata.authorizationEndpoint() == null) {
            return new None(Denials.missingEndpoint(metadata.issuer(), "authorization_endpoint"));
        }
        if (!offersPkce(upstream, resource, metadata)) {
            return new None(Denials.pkceMissing(metadata.issuer()));
        }
        var refused = refusedEndpoint(upstream, metadata);
        return refused == null ? new Server(metadata) : new None(refused);
    }

    /** A9, X1, X3: every endpoint is judged before the first is used, the browser's too. */
    private @Nullable Denied refusedEndpoint(
            UpstreamConfig upstream, AuthorizationServerMetadata metadata) {
        var rule = rules.of(upstream.url());
        for (var endpoint :
                Arrays.asList(
                        metadata.authorizationEndpoint(),
                        metadata.tokenEndpoint(),
                        metadata.registrationEndpoint(),
                        metadata.revocationEndpoint())) {
            if (endpoint == null) {
                continue;
            }
            var refusal = rule.refusal(endpoint);
            if (refusal != null) {
                return Denials.endpointRefused(metadata.issuer(), endpoint, refusal);
            }
        }
        return null;
    }

    /** K2 to K4; 2025-03-26 servers need not list what they support. */
    private static boolean offersPkce(
            UpstreamConfig upstream, Resource resource, AuthorizationServerMetadata metadata) {
        var methods = metadata.codeChallengeMethodsSupported();
        if (methods == null) {
            return upstream.assumePkce() || resource.legacy();
        }
        return methods.contains("S256");
    }

    private sealed interface Discovered {}

    private record Server(AuthorizationServerMetadata metadata) implements Discovered {}

    private record None(Denied denied) implements Discovered {}

    /** P4: of several issuers, those with a client or credential of ours first. */
    private List<String> knownFirst(Demand demand, List<String> issuers) {
        var configured = demand.upstream().client().issuer();
        Predicate<String> known =
                issuer ->
                        issuer.equals(configured)
                                || held.all(demand.slot()).stream()
                                        .anyMatch(one ->
                                                one.credential().key().issuer().equals(issuer));
        var ordered = new ArrayList<String>();
        issuers.stream().filter(known).forEach(ordered::add);
        issuers.stream().filter(known.negate()).forEach(ordered::add);
        return ordered;
    }
}
