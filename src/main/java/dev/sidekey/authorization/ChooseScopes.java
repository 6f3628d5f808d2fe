package dev.sidekey.authorization;

import dev.sidekey.authorization.AuthorizationState.IssuerKnown;
import dev.sidekey.authorization.AuthorizationState.ScopesChosen;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.ScopeSets;
import dev.sidekey.grant.AttendedGrant;
import dev.sidekey.grant.OpenIdSignOn;
import dev.sidekey.oauth.Scopes;

/**
 * Decides what to ask for, before any client is registered (C9): pinned scopes, else the
 * challenge's, else all the resource metadata lists, else none at all (S1). A re-authorization
 * keeps what was asked for and granted before (S5, S6). Pure.
 */
final class ChooseScopes {
    private static final Scopes OFFLINE_ACCESS = Scopes.of("offline_access");

    private ChooseScopes() {}

    static ScopesChosen choose(IssuerKnown state) {
        var demand = state.demand();
        var challenged = demand.flight().choose();
        var requested = requested(state, challenged);
        return new ScopesChosen(
                demand,
                state.resource(),
                state.server(),
                state.grant(),
                new ScopeSets(challenged, requested, Scopes.none(), Scopes.none()));
    }

    private static Scopes requested(IssuerKnown state, Scopes challenged) {
        var upstream = state.demand().upstream();
        var pinned = upstream.scopes();
        if (pinned != null) {
            // a session at an identity provider is to last, where it offers that
            return state.grant() instanceof OpenIdSignOn
                    ? withOfflineAccess(state, pinned)
                    : pinned;
        }
        var named = challenged.isEmpty() ? state.resource().scopes() : challenged;
        return withOfflineAccess(state, kept(state).union(named)).without(upstream.stepUp().deny());
    }

    /**
     * What the same issuer was asked for and granted before: a challenge names what it misses only.
     */
    private static Scopes kept(IssuerKnown state) {
        Credential previous = state.demand().previous();
        if (previous == null || !previous.key().issuer().equals(state.server().issuer())) {
            return Scopes.none();
        }
        return previous.scopes().requested().union(previous.scopes().granted());
    }

    /**
     * A refresh token is asked for only where the authorization server offers it so (E8), and never
     * by a grant that is simply asked again (M4): Keycloak refuses a service account that scope.
     * Where nobody named a scope the server's defaults are kept: {@code offline_access} alone would
     * replace them.
     */
    private static Scopes withOfflineAccess(IssuerKnown state, Scopes scopes) {
        var offered = state.server().scopesSupported().covers(OFFLINE_ACCESS);
        var useful = state.grant() instanceof AttendedGrant;
        return useful && offered && !scopes.isEmpty() ? scopes.union(OFFLINE_ACCESS) : scopes;
    }
}
