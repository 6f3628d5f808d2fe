package dev.sidekey.grant;

import dev.sidekey.config.UpstreamCheck.Complaints;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.TokenReply;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** The client credentials grant (RFC 6749 §4.4; M1 to M4): the client asks for itself. */
final class ClientCredentials implements UnattendedGrant {
    private static final String NAME = "client_credentials";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String grantType() {
        return NAME;
    }

    @Override
    public ClientNeed clientNeed() {
        return ClientNeed.CONFIGURED;
    }

    /** A client with a secret may as well be one for logins: only the server's list tells. */
    @Override
    public boolean isCalledFor(UpstreamConfig upstream, Offer offer) {
        var listed = offer.server().grantTypesSupported();
        return canAuthenticate(upstream)
                && listed != null
                && listed.contains(NAME)
                && !listed.contains(AuthorizationCode.NAME);
    }

    private static boolean canAuthenticate(UpstreamConfig upstream) {
        var client = upstream.client();
        return client.id() != null
                && (client.secret() != null
                        || client.key() != null
                        || upstream.inputs().assertion().isGiven());
    }

    @Override
    public @Nullable Unfit unfit(UpstreamConfig upstream, Offer offer) {
        return Unfit.unlisted(this, offer.server());
    }

    @Override
    public void check(UpstreamConfig upstream, Complaints complaints) {
        if (upstream.client().id() == null) {
            complaints.add(
                    "client.id",
                    (String) null,
                    "is missing for grant " + NAME,
                    "Register a client at the authorization server by hand and set its id.");
        } else if (!canAuthenticate(upstream)) {
            complaints.add(
                    "client",
                    (String) null,
                    "cannot authenticate for grant " + NAME,
                    "Set client.secret-file, client.key-file, or assertion.");
        }
    }

    @Override
    public TokenReply request(
            Means means, UpstreamConfig upstream, TokenRequest request, Scopes scopes) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", NAME);
        if (!scopes.isEmpty()) {
            form.put("scope", scopes.toString());
        }
        return means.endpoint().request(upstream, request, form);
    }
}
