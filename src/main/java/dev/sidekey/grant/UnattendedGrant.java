package dev.sidekey.grant;

import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.TokenReply;

/**
 * A grant without a person: calls are held until it is answered, and a token that ends is replaced
 * by asking again (M4).
 */
public non-sealed interface UnattendedGrant extends Grant {

    /** Whether it exchanges a subject token, which a person's own sign-on may bring. */
    default boolean exchangesIdentity() {
        return false;
    }

    /**
     * Asks for a token. Blocks; virtual threads only. Asks once: no retry and no other grant after
     * a refusal (M11). Needs nothing that is not given here, so that it renews a stored credential
     * without discovery (E13).
     *
     * @param means what to ask with
     * @param request where, as which client, for what; the client's issuer is the server's
     * @param scopes what to ask for; none leaves the parameter out
     */
    TokenReply request(Means means, UpstreamConfig upstream, TokenRequest request, Scopes scopes);
}
