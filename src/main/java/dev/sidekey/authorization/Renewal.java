package dev.sidekey.authorization;

import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.Credential;
import dev.sidekey.grant.Grants;
import dev.sidekey.grant.OpenIdSignOn;
import dev.sidekey.grant.RefreshToken;
import dev.sidekey.grant.TokenRequest;
import dev.sidekey.grant.UnattendedGrant;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.OAuthFailure;
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
    private final @Nullable SignOn signOn;
    private final RefreshToken refreshToken;

    /**
     * @param signOn null where all that is renewed has a refresh token
     */
    Renewal(@Nullable SignOn signOn, RefreshToken refreshToken) {
        this.signOn = signOn;
        this.refreshToken = refreshToken;
    }

    /** The server's reply; null when nothing can be asked with, or a person has to come first. */
    @Nullable TokenReply request(UpstreamConfig configured, Credential credential) {
        var upstream = configured.at(credential.key().issuer());
        var grant = Grants.unattended(credential.grant());
        if (grant != null && signOn != null) {
            return switch (signOn.renewed(upstream, grant, credential.key().account())) {
                case SignOn.SignedOn signedOn -> ask(upstream, credential, grant, signedOn);
                case SignOn.SignedOff _ -> null;
                case SignOn.NotNow(var denied) ->
                        new TokenReply.Failed(
                                new OAuthFailure(
                                        OAuthFailure.Kind.HTTP_STATUS,
                                        denied.message(),
                                        denied.transientFailure(),
                                        null));
            };
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

    /** An identity provider that says no may want a person: the next call begins with that. */
    private static @Nullable TokenReply ask(
            UpstreamConfig upstream,
            Credential credential,
            UnattendedGrant grant,
            SignOn.SignedOn signedOn) {
        var request = requestOf(upstream, credential);
        var scopes = credential.scopes().requested();
        var reply = grant.request(signedOn.means(), upstream, request, scopes);
        if (reply instanceof TokenReply.Issued) {
            signedOn.accepted();
        }
        return reply instanceof TokenReply.Rejected rejected
                        && rejected.provider() != null
                        && signedOn.mayGetBetter()
                ? null
                : reply;
    }

    private TokenReply refresh(
            UpstreamConfig upstream, Credential credential, Secret token, @Nullable Scopes scopes) {
        var request = requestOf(upstream, credential);
        var reply = refreshToken.request(upstream, request, token, scopes);
        return OpenIdSignOn.kept(upstream, request.client(), reply);
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
