package dev.sidekey.authorization;

import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.Credential;
import dev.sidekey.grant.Grants;
import dev.sidekey.grant.Means;
import dev.sidekey.grant.RefreshToken;
import dev.sidekey.grant.TokenRequest;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import dev.sidekey.oauth.TokenReply;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks for another token in place of a stored one, with what was stored with it (E13): by the grant
 * itself where it needs no person (M4), else by the refresh token. Blocks.
 */
final class Renewal {
    private final Means means;
    private final RefreshToken refreshToken;

    Renewal(Means means, RefreshToken refreshToken) {
        this.means = means;
        this.refreshToken = refreshToken;
    }

    /** The server's reply; null when there is nothing to ask with. */
    @Nullable TokenReply request(UpstreamConfig configured, Credential credential) {
        var upstream = configured.at(credential.key().issuer());
        var grant = Grants.unattended(credential.grant());
        if (grant != null) {
            return grant.request(
                    means,
                    upstream,
                    requestOf(upstream, credential),
                    credential.scopes().requested());
        }
        var token = credential.refreshToken();
        if (token == null) {
            return null;
        }
        var scopes = credential.scopes();
        return switch (upstream.refreshScope()) {
            case OMIT -> refresh(upstream, credential, token, null);
            case SEND -> refresh(upstream, credential, token, scopes.granted());
            case REQUESTED -> refresh(upstream, credential, token, scopes.requested());
            case AUTO -> {
                var reply = refresh(upstream, credential, token, null);
                yield wantsScope(reply)
                        ? refresh(upstream, credential, token, scopes.granted())
                        : reply;
            }
        };
    }

    private TokenReply refresh(
            UpstreamConfig upstream, Credential credential, Secret token, @Nullable Scopes scopes) {
        return refreshToken.request(upstream, requestOf(upstream, credential), token, scopes);
    }

    private static TokenRequest requestOf(UpstreamConfig upstream, Credential credential) {
        return new TokenRequest(
                credential.tokenEndpoint(),
                clientOf(upstream, credential),
                credential.resourceParameter(),
                upstream.authorizeParams(),
                credential.dpopKey());
    }

    /** The operator may have changed how a client that was registered by hand authenticates. */
    private static ClientIdentity clientOf(UpstreamConfig upstream, Credential credential) {
        var client = upstream.client();
        return credential.client() instanceof ClientIdentity.Preregistered stored
                        && stored.clientId().equals(client.id())
                ? new ClientIdentity.Preregistered(
                        stored.issuer(),
                        stored.clientId(),
                        client.secret(),
                        Objects.requireNonNullElse(client.authMethod(), stored.authMethod()))
                : credential.client();
    }

    /** Entra and its like refuse a refresh that does not repeat the scopes (E11). */
    private static boolean wantsScope(TokenReply reply) {
        return reply instanceof TokenReply.Rejected rejected
                && (rejected.error().error().equals("invalid_scope")
                        || Objects.requireNonNullElse(rejected.error().description(), "")
                                .contains("AADSTS650053"));
    }
}
