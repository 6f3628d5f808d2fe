package dev.sidekey.grant;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import dev.sidekey.config.IdentityProviderConfig;
import dev.sidekey.config.UpstreamCheck.Complaints;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.OAuthError;
import dev.sidekey.oauth.Secret;
import dev.sidekey.oauth.TokenReply;
import java.text.ParseException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sidekey's own login at an identity provider (OpenID Connect Core §3.1): an authorization code
 * whose ID token is what is kept, so that grants may exchange it (M5). It stands outside the
 * catalogue: no upstream is configured so, only the identity provider of one ({@link
 * Grants#signOn}).
 */
public final class OpenIdSignOn implements AttendedGrant {
    /** Its name in store, status and metrics. */
    public static final String NAME = IdentityProviderConfig.SIGN_ON;

    private final AuthorizationCode code = new AuthorizationCode();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String grantType() {
        return AuthorizationCode.NAME;
    }

    @Override
    public ClientNeed clientNeed() {
        return ClientNeed.CONFIGURED;
    }

    @Override
    public boolean isCalledFor(UpstreamConfig upstream, Offer offer) {
        return false;
    }

    @Override
    public @Nullable Unfit unfit(UpstreamConfig upstream, Offer offer) {
        return code.unfit(upstream, offer);
    }

    /** Checked as the identity provider of the upstream that it serves. */
    @Override
    public void check(UpstreamConfig upstream, Complaints complaints) {}

    /** Whether this is an identity provider in the form of an upstream. */
    public static boolean isOf(UpstreamConfig upstream) {
        return NAME.equals(upstream.grant());
    }

    /**
     * What is kept of a token endpoint's reply: an identity provider's ID token in place of the
     * access token, for as long as it says; any other server's reply as it is. The signature is
     * judged by who made it, when the token comes back there; whose and for whom it is must be
     * right (OpenID Connect Core §3.1.3.7).
     */
    public static TokenReply kept(
            UpstreamConfig upstream, ClientIdentity client, TokenReply reply) {
        if (!isOf(upstream) || !(reply instanceof TokenReply.Issued issued)) {
            return reply;
        }
        var token = issued.idToken();
        if (token == null) {
            return unusable("no id_token came with it: the client may need the scope openid");
        }
        var claims = claims(token);
        if (claims == null) {
            return unusable("its id_token is no JWT");
        }
        if (!client.issuer().equals(claims.getIssuer())) {
            return unusable("its id_token is of another issuer: " + claims.getIssuer());
        }
        if (!claims.getAudience().contains(client.clientId())) {
            return unusable("its id_token is for another client: " + claims.getAudience());
        }
        return issued.withAccessToken(token, lifetime(claims));
    }

    private static TokenReply unusable(String what) {
        return new TokenReply.Rejected(200, new OAuthError("unusable_id_token", what));
    }

    private static @Nullable JWTClaimsSet claims(Secret token) {
        try {
            return JWTParser.parse(token.reveal()).getJWTClaimsSet();
        } catch (ParseException e) {
            return null;
        }
    }

    /** By the provider's own clock, so that ours may differ; null when it does not say. */
    private static @Nullable Duration lifetime(JWTClaimsSet claims) {
        var from = claims.getIssueTime();
        var to = claims.getExpirationTime();
        if (from == null || to == null) {
            return null;
        }
        var lives = Duration.between(from.toInstant(), to.toInstant());
        return lives.isPositive() ? lives : null;
    }
}
