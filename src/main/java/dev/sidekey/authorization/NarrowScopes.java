package dev.sidekey.authorization;

import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.PendingLogin;
import dev.sidekey.grant.AuthorizationCode;
import dev.sidekey.oauth.Scopes;
import org.jspecify.annotations.Nullable;

/**
 * The ladder of U8: an authorization server that answers {@code invalid_scope} is asked for less,
 * in the same browser window: without {@code offline_access}, then only what the challenge named,
 * then nothing at all, which is the one login that some servers allow (real-servers.md, Spring).
 */
final class NarrowScopes {
    private static final Scopes OFFLINE_ACCESS = Scopes.of("offline_access");

    private final AuthorizationCode grant;

    NarrowScopes(AuthorizationCode grant) {
        this.grant = grant;
    }

    /** The same login, to be asked again for less; null when it was the least already. */
    @Nullable PendingLogin next(UpstreamConfig upstream, PendingLogin refused) {
        if (upstream.scopes() != null) {
            return null;
        }
        var less = less(refused.scopes().requested(), refused.scopes().challenged());
        if (less == null) {
            return null;
        }
        var begun = grant.again(upstream, refused.authorizationUrl(), less);
        return refused.again(
                begun.state(), begun.verifier(), begun.url(), refused.scopes().withRequested(less));
    }

    private static @Nullable Scopes less(Scopes requested, Scopes challenged) {
        if (requested.isEmpty()) {
            return null;
        }
        var online = requested.without(OFFLINE_ACCESS);
        if (!online.equals(requested) && !online.isEmpty()) {
            return online;
        }
        var named = requested.covers(challenged) && !requested.equals(challenged);
        return named ? challenged : Scopes.none();
    }
}
