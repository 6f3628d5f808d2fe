package dev.sidekey.authorization;

import dev.sidekey.authorization.AuthorizationState.Authorized;
import dev.sidekey.authorization.AuthorizationState.Failed;
import dev.sidekey.authorization.AuthorizationState.IssuerKnown;

/**
 * Before a person is asked: a refused credential of this very issuer and resource is refreshed
 * (E15). One that a person has just brought and the upstream never took is not asked for again:
 * that would be a loop of logins.
 */
final class RenewFirst {
    private final Refreshes refreshes;

    RenewFirst(Refreshes refreshes) {
        this.refreshes = refreshes;
    }

    /** Settled, or the state with its scopes chosen. */
    AuthorizationState orChoose(IssuerKnown state) {
        var demand = state.demand();
        var presented = demand.presented();
        if (presented == null || demand.stepUp() || !isOf(presented, state)) {
            return ChooseScopes.choose(state);
        }
        // a bearer token does not become a bound one by renewing it: a new grant does
        if (!presented.isBound() && DpopRule.isWanted(demand, state.resource())) {
            return ChooseScopes.choose(state);
        }
        if (presented.origin() == HeldCredential.Origin.REQUESTED && !presented.wasAccepted()) {
            return new Failed(
                    Denials.freshTokenRejected(
                            demand.upstream().url(), presented.credential().scopes().granted()));
        }
        // a token that was itself just refreshed and is refused will not get better by it
        var hopeless =
                presented.origin() == HeldCredential.Origin.REFRESHED && !presented.wasAccepted();
        if (hopeless && presented.isRenewedByGrant()) {
            return new Failed(
                    Denials.freshTokenRejected(
                            demand.upstream().url(), presented.credential().scopes().granted()));
        }
        if (hopeless || !presented.isRefreshable()) {
            return ChooseScopes.choose(state);
        }
        return switch (refreshes
                .start(demand.upstream(), presented, Refreshes.Cause.REFUSED)
                .join()) {
            case Refreshes.Renewed renewed -> new Authorized(renewed.credential());
            case Refreshes.NotNow notNow -> new Failed(notNow.denied());
            case Refreshes.Gone _ -> ChooseScopes.choose(state);
        };
    }

    private static boolean isOf(HeldCredential presented, IssuerKnown state) {
        var key = presented.credential().key();
        return key.issuer().equals(state.server().issuer())
                && key.resource().equals(state.resource().identifier());
    }
}
