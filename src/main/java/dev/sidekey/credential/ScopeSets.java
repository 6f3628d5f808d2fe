package dev.sidekey.credential;

import dev.sidekey.oauth.Scopes;

/**
 * The four scope sets, kept apart (S8).
 *
 * @param challenged what the upstream named
 * @param requested what was asked for at the authorization server
 * @param registered what the client is registered for
 * @param granted what the token response gave, else what was requested
 */
public record ScopeSets(Scopes challenged, Scopes requested, Scopes registered, Scopes granted) {
    /** Four empty sets. */
    public static final ScopeSets NONE =
            new ScopeSets(Scopes.none(), Scopes.none(), Scopes.none(), Scopes.none());

    /** The same with another set of requested scopes. */
    public ScopeSets withRequested(Scopes scopes) {
        return new ScopeSets(challenged, scopes, registered, granted);
    }

    /** The same with another set of registered scopes. */
    public ScopeSets withRegistered(Scopes scopes) {
        return new ScopeSets(challenged, requested, scopes, granted);
    }

    /** The same with another set of granted scopes. */
    public ScopeSets withGranted(Scopes scopes) {
        return new ScopeSets(challenged, requested, registered, scopes);
    }
}
