package dev.sidekey.authorization;

import dev.sidekey.authorization.AuthorizationState.ClientKnown;
import dev.sidekey.authorization.AuthorizationState.Resource;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.AuthorizationServerMetadata;
import dev.sidekey.oauth.DpopKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a token is to be bound to a key (RFC 9449, M14): the operator's word, else the
 * resource's. That an authorization server could do it is no reason: the resource would refuse what
 * comes of it. Pure.
 */
final class DpopRule {
    private DpopRule() {}

    /** A new key for a token that is to be bound; null for a plain bearer token. */
    static @Nullable DpopKey newKey(ClientKnown state) {
        return isWanted(state.demand(), state.resource()) ? DpopKey.create() : null;
    }

    /**
     * Whether the token is to be bound. Of a server that takes both, the plain one is asked for
     * (T5); what was bound before stays so.
     */
    static boolean isWanted(Demand demand, Resource resource) {
        return switch (demand.upstream().dpop()) {
            case NEVER -> false;
            case REQUIRE -> true;
            case AUTO -> {
                var challenge = demand.challenge();
                var previous = demand.previous();
                yield resource.dpopRequired()
                        || (challenge != null && challenge.isDpop())
                        || (previous != null && previous.isBound());
            }
        };
    }

    /** Why the token cannot be bound; null when it can, or need not. */
    static Authorization.@Nullable Denied refusal(
            Demand demand, Resource resource, AuthorizationServerMetadata server) {
        if (!isWanted(demand, resource)) {
            return null;
        }
        var challenge = demand.challenge();
        var wanted = challenge == null || !challenge.isDpop() ? null : challenge.dpopAlgorithms();
        if (lacks(wanted)) {
            return Denials.dpopAlgorithm(demand.upstream().url().toString());
        }
        return lacks(server.dpopSigningAlgValuesSupported())
                ? Denials.dpopAlgorithm(server.issuer())
                : null;
    }

    private static boolean lacks(@Nullable List<String> algorithms) {
        return algorithms != null && !algorithms.contains(DpopKey.ALGORITHM);
    }

    /** Whether a credential that is held is one that the operator still allows. */
    static boolean allows(UpstreamConfig upstream, HeldCredential held) {
        return switch (upstream.dpop()) {
            case AUTO -> true;
            case REQUIRE -> held.isBound();
            case NEVER -> !held.isBound();
        };
    }
}
