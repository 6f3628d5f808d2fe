package dev.sidekey.grant;

import dev.sidekey.config.UpstreamCheck.Complaints;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.TokenReply;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The JWT bearer grant (RFC 7523 §2.1) with a JWT of the platform's: workload identity (SEP-1933;
 * M10, M11). The assertion is read anew for each request, as platforms rotate it.
 */
final class JwtBearer implements UnattendedGrant {
    static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final String NAME = "jwt_bearer";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String grantType() {
        return GRANT_TYPE;
    }

    @Override
    public ClientNeed clientNeed() {
        return ClientNeed.OPTIONAL;
    }

    /**
     * With a client of the operator's, the assertion may be what that client authenticates with.
     */
    @Override
    public boolean isCalledFor(UpstreamConfig upstream, Offer offer) {
        var listed = offer.server().grantTypesSupported();
        return upstream.inputs().assertion().isGiven()
                && (upstream.client().id() == null
                        || (listed != null && listed.contains(GRANT_TYPE)));
    }

    @Override
    public @Nullable Unfit unfit(UpstreamConfig upstream, Offer offer) {
        return Unfit.unlisted(this, offer.server());
    }

    @Override
    public void check(UpstreamConfig upstream, Complaints complaints) {
        if (!upstream.inputs().assertion().isGiven()) {
            complaints.add(
                    "assertion",
                    (String) null,
                    "is missing for grant " + NAME,
                    "Set assertion.file, assertion.command or assertion.url.");
        }
    }

    @Override
    public TokenReply request(
            Means means, UpstreamConfig upstream, TokenRequest request, Scopes scopes) {
        return switch (means.sources().assertion(upstream)) {
            case TokenSources.Unusable unusable -> new TokenReply.Unasked(unusable.problem());
            case TokenSources.Got got -> {
                var form = new LinkedHashMap<String, String>();
                form.put("grant_type", GRANT_TYPE);
                form.put("assertion", got.token().reveal());
                if (!scopes.isEmpty()) {
                    form.put("scope", scopes.toString());
                }
                yield means.endpoint().request(upstream, request, form);
            }
        };
    }
}
