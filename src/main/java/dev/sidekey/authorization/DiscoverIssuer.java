package dev.sidekey.authorization;

import dev.sidekey.address.EndpointRules;
import dev.sidekey.authorization.Authorization.Denied;
import dev.sidekey.authorization.AuthorizationState.Failed;
import dev.sidekey.authorization.AuthorizationState.IssuerKnown;
import dev.sidekey.authorization.AuthorizationState.Resource;
import dev.sidekey.authorization.AuthorizationState.ResourceKnown;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.grant.Grant;
import dev.sidekey.grant.Grants;
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
    private final boolean headless;

    /**
     * @param headless whether no browser of a person's can come back here
     */
    DiscoverIssuer(
            Documents documents, EndpointRules rules, HeldCredentials held, boolean headless) {
        this.headless = headless;
        this.documents = documents;
        this.rules = rules;
        this.held = held;
    }

    AuthorizationState discover(ResourceKnown state) {
        var demand = state.demand();
        @Nullable Denied first = null;
        for (var issuer : knownFirst(demand, state.resource().issuers())) {
            var there = demand.at(issuer);
            var resource = state.resource().under(there.upstream());
            switch (find(there, resource, issuer)) {
                case Server server -> {
                    return known(there, resource, server);
                }
                case None none -> first = first == null ? none.denied() : first;
            }
        }
        return new Failed(
                first == null ? Denials.noAuthorizationServer(demand.upstream().url()) : first);
    }

    private static AuthorizationState known(Demand demand, Resource resource, Server found) {
        var refusal = DpopRule.refusal(demand, resource, found.metadata());
        return refusal == null
                ? new IssuerKnown(demand, resource, found.metadata(), found.grant())
                : new Failed(refusal);
    }

    private Discovered find(Demand demand, Resource resource, String issuer) {
        var upstream = demand.upstream();
        @Nullable String otherIssuer = null;
        for (var location : AuthorizationServerMetadata.wellKnown(issuer)) {
            switch (documents.get(upstream, location, headers(resource))) {
                case Documents.Found found -> {
                    var metadata = AuthorizationServerMetadata.parse(found.json());
                    if (metadata != null && isIssuer(upstream, issuer, metadata.issuer())) {
                        return judge(demand, resource, metadata);
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
        return withoutDocument(demand, resource, issuer);
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
    private Discovered withoutDocument(Demand demand, Resource resource, String issuer) {
        if (resource.legacy()) {
            return judge(demand, resource, AuthorizationServerMetadata.defaults(issuer));
        }
        if (demand.upstream().metadata().tokenEndpoint() != null) {
            return judge(demand, resource, AuthorizationServerMetadata.bare(issuer));
        }
        return new None(Denials.noMetadata(issuer));
    }

    private Discovered judge(Demand demand, Resource resource, AuthorizationServerMetadata found) {
        var upstream = demand.upstream();
        var overrides = upstream.metadata();
        var metadata =
                found.withEndpoints(
                        overrides.authorizationEndpoint(),
                        overrides.tokenEndpoint(),
                        overrides.registrationEndpoint(),
                        overrides.revocationEndpoint(),
                        overrides.deviceAuthorizationEndpoint());
        if (metadata.tokenEndpoint() == null) {
            return new None(Denials.missingEndpoint(metadata.issuer(), "token_endpoint"));
        }
        var refused = refusedEndpoint(upstream, metadata);
        if (refused != null) {
            return new None(refused);
        }
        var offer = new Grant.Offer(metadata, resource.legacy(), headless);
        return switch (Grants.choose(upstream, storedGrant(demand, metadata.issuer()), offer)) {
            case Grants.Chosen chosen -> new Server(metadata, chosen.grant());
            case Grants.NoGrant none -> new None(Denials.unfit(none.unfit()));
        };
    }

    /** How a credential from this server was got; null when none is held. */
    private @Nullable String storedGrant(Demand demand, String issuer) {
        for (var one : held.all(demand.slot())) {
            if (one.credential().key().issuer().equals(issuer)) {
                return one.credential().grant();
            }
        }
        return null;
    }

    /** A9, X1, X3: every endpoint is judged before the first is used, the browser's too. */
    private @Nullable Denied refusedEndpoint(
            UpstreamConfig upstream, AuthorizationServerMetadata metadata) {
        var rule = rules.of(upstream.url());
        for (var endpoint :
                Arrays.asList(
                        metadata.authorizationEndpoint(),
                        metadata.tokenEndpoint(),
                        metadata.mtls().token(),
                        metadata.mtls().revocation(),
                        metadata.mtls().device(),
                        metadata.registrationEndpoint(),
                        metadata.revocationEndpoint(),
                        metadata.deviceAuthorizationEndpoint())) {
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

    private sealed interface Discovered {}

    private record Server(AuthorizationServerMetadata metadata, Grant grant)
            implements Discovered {}

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
