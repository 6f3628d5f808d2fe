package dev.sidekey.authorization;

import dev.sidekey.authorization.AuthorizationState.Challenged;
import dev.sidekey.authorization.AuthorizationState.Failed;
import dev.sidekey.authorization.AuthorizationState.IssuerKnown;
import dev.sidekey.authorization.AuthorizationState.ResourceKnown;
import dev.sidekey.authorization.Operations.Explanation;
import dev.sidekey.authorization.Operations.Rule;
import dev.sidekey.config.ProfileView;
import dev.sidekey.config.SettingsView;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.Vault;
import dev.sidekey.oauth.Challenge;
import dev.sidekey.oauth.Scopes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says which rule of an upstream came from where: the operator, a profile, the wire, or nobody.
 * Walks the flow's own first steps, which only read documents; registers nothing and asks nobody to
 * log in. Blocks.
 */
final class ExplainUpstream {
    private static final String WIRE = "wire";

    private final Probe probe;
    private final DiscoverResource discoverResource;
    private final DiscoverIssuer discoverIssuer;
    private final Vault vault;

    ExplainUpstream(
            Probe probe,
            DiscoverResource discoverResource,
            DiscoverIssuer discoverIssuer,
            Vault vault) {
        this.probe = probe;
        this.discoverResource = discoverResource;
        this.discoverIssuer = discoverIssuer;
        this.vault = vault;
    }

    Explanation explain(UpstreamConfig upstream, Principal principal) {
        if (upstream.isStatic() || "none".equals(upstream.grant())) {
            return explained(upstream, List.of(), null);
        }
        var call = new Call(upstream, principal, "POST", upstream.url().toString());
        var slot = Slot.of(call);
        var lease = vault.acquire("explain:" + slot, Turn.TTL);
        if (lease == null) {
            return explained(upstream, List.of(), "the upstream is being explained already");
        }
        try (var turn = new Turn(vault, lease)) {
            var challenge = challenge(probe.ask(upstream));
            var scopes = challenge == null ? Scopes.none() : challenge.scope();
            var flight = new Flight(scopes);
            return walk(new Demand(call, slot, challenge, false, null, flight, turn, Map.of()));
        }
    }

    private static @Nullable Challenge challenge(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Unauthorized unauthorized -> unauthorized.challenge();
            case Refusal.InsufficientScope insufficient -> insufficient.challenge();
            case Refusal.NotOurs _ -> null;
        };
    }

    private Explanation walk(Demand demand) {
        var rules = new ArrayList<Rule>();
        var challenge = demand.challenge();
        rules.add(new Rule("challenge", challenge == null ? "(none)" : challenge.scheme(), WIRE));
        return switch (discoverResource.discover(new Challenged(demand))) {
            case ResourceKnown resource -> walk(resource, rules);
            case Failed failed -> explained(demand.upstream(), rules, message(failed));
            default -> throw new IllegalStateException("a resource is found, or is not");
        };
    }

    private Explanation walk(ResourceKnown found, List<Rule> rules) {
        var upstream = found.demand().upstream();
        var resource = found.resource();
        rules.add(
                new Rule(
                        "resource metadata",
                        resource.advertised() == null ? "(none)" : resource.identifier(),
                        WIRE));
        rules.add(
                new Rule(
                        "authorization servers",
                        String.join(", ", resource.issuers()),
                        decided(
                                upstream,
                                "metadata.issuer",
                                upstream.metadata().issuer() != null)));
        return switch (discoverIssuer.discover(found)) {
            case IssuerKnown issuer -> {
                addServer(issuer, rules);
                yield explained(issuer.demand().upstream(), rules, null);
            }
            case Failed failed -> {
                var effective = upstream.at(resource.issuers().getFirst());
                yield explained(effective, rules, message(failed));
            }
            default -> throw new IllegalStateException("an issuer is found, or is not");
        };
    }

    private static void addServer(IssuerKnown state, List<Rule> rules) {
        var upstream = state.demand().upstream();
        var server = state.server();
        rules.add(new Rule("issuer", server.issuer(), WIRE));
        rules.add(
                new Rule(
                        "grant used",
                        state.grant().name(),
                        decided(upstream, "grant", upstream.grant() != null)));
        rules.add(
                new Rule(
                        "scopes asked for",
                        shown(ChooseScopes.choose(state).scopes().requested().toString()),
                        decided(upstream, "scopes", upstream.scopes() != null)));
        rules.add(
                new Rule(
                        "resource sent",
                        shown(Objects.requireNonNullElse(state.resource().parameter(), "")),
                        decided(upstream, "resource", !upstream.resource().equals("auto"))));
        rules.add(
                new Rule(
                        "PKCE listed",
                        String.valueOf(server.codeChallengeMethodsSupported() != null),
                        WIRE));
        rules.add(new Rule("client", client(state), clientSource(state)));
        rules.add(
                new Rule(
                        "token bound to a key",
                        String.valueOf(DpopRule.isWanted(state.demand(), state.resource())),
                        decided(upstream, "dpop", upstream.dpop() != UpstreamConfig.Dpop.AUTO)));
    }

    private static String client(IssuerKnown state) {
        var client = state.demand().upstream().client();
        if (client.id() != null) {
            return "registered by hand: " + client.id();
        }
        if (client.metadataUrl() != null && state.server().clientIdMetadataDocumentSupported()) {
            return "metadata document";
        }
        return state.server().registrationEndpoint() == null
                ? "(none: set client.id)"
                : "registered by Sidekey";
    }

    private static String clientSource(IssuerKnown state) {
        var upstream = state.demand().upstream();
        return decided(upstream, "client.id", upstream.client().id() != null);
    }

    private static String shown(String value) {
        return value.isEmpty() ? "(left out)" : value;
    }

    /** Who decided: the setting's own source where it says anything, else the wire. */
    private static String decided(UpstreamConfig upstream, String key, boolean bySetting) {
        return bySetting ? upstream.origins().of(key) : WIRE;
    }

    private static String message(Failed failed) {
        return failed.denied().message() + ". " + failed.denied().remedy();
    }

    private static Explanation explained(
            UpstreamConfig upstream, List<Rule> wire, @Nullable String problem) {
        var rules = new ArrayList<Rule>();
        for (var row : SettingsView.rows(upstream)) {
            rules.add(new Rule(row.key(), row.value(), row.source()));
        }
        rules.addAll(wire);
        var profiles = upstream.origins().views();
        var advice =
                profiles.stream().map(ProfileView::advice).filter(text -> !text.isEmpty()).toList();
        return new Explanation(
                upstream.name(),
                upstream.url(),
                profiles.stream().map(ProfileView::name).toList(),
                rules,
                advice,
                problem);
    }
}
