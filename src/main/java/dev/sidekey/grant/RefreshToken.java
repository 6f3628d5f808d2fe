package dev.sidekey.grant;

import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import dev.sidekey.oauth.TokenReply;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** The refresh token grant (RFC 6749 §6; E8 to E13). It never widens what was granted (U2). */
public final class RefreshToken {
    private final TokenEndpoint endpoint;

    /**
     * Makes the grant.
     *
     * @param endpoint asks token endpoints
     */
    public RefreshToken(TokenEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Asks for a new access token. Blocks; virtual threads only.
     *
     * @param scopes repeated on the wire where a server wants that (E11); null leaves them out
     */
    public TokenReply request(
            UpstreamConfig upstream,
            TokenRequest request,
            Secret refreshToken,
            @Nullable Scopes scopes) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken.reveal());
        if (scopes != null && !scopes.isEmpty()) {
            form.put("scope", scopes.toString());
        }
        return endpoint.request(upstream, request, form);
    }
}
