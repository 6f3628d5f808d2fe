package dev.sidekey.grant;

import dev.sidekey.config.UpstreamCheck.Complaints;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.Secret;
import dev.sidekey.oauth.TokenReply;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Device authorization (RFC 8628): the person signs in anywhere, with a code, and no browser has to
 * come back here.
 */
public final class DeviceCode implements AttendedGrant {
    /** Its name in configuration, status and metrics. */
    public static final String NAME = "device_code";

    /** What servers list, and clients are registered for. */
    public static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code";

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
        return ClientNeed.ANY;
    }

    /**
     * A login in a browser is less work for the person: only where the server has none, or where no
     * browser can come back here and the server lists the grant.
     */
    @Override
    public boolean isCalledFor(UpstreamConfig upstream, Offer offer) {
        var server = offer.server();
        var listed = server.grantTypesSupported();
        var offered =
                server.deviceAuthorizationEndpoint() != null
                        && (listed == null || listed.contains(GRANT_TYPE));
        var browser =
                server.authorizationEndpoint() != null
                        && (listed == null || listed.contains(AuthorizationCode.NAME));
        return offered && (!browser || (offer.headless() && listed != null));
    }

    @Override
    public @Nullable Unfit unfit(UpstreamConfig upstream, Offer offer) {
        if (offer.server().deviceAuthorizationEndpoint() == null) {
            return new Unfit(
                    "no_device_authorization_endpoint",
                    "the metadata of "
                            + offer.server().issuer()
                            + " names no device_authorization_endpoint",
                    "Have its operator allow device authorization, set"
                            + " upstreams.NAME.metadata.device-authorization-endpoint, or set"
                            + " upstreams.NAME.grant to another one.");
        }
        return Unfit.unlisted(this, offer.server());
    }

    /** A person brings all that it needs. */
    @Override
    public void check(UpstreamConfig upstream, Complaints complaints) {}

    /** Asks whether the person has decided. Blocks; virtual threads only. */
    public TokenReply poll(
            TokenEndpoint endpoint,
            UpstreamConfig upstream,
            TokenRequest request,
            Secret deviceCode) {
        return endpoint.request(
                upstream,
                request,
                Map.of("grant_type", GRANT_TYPE, "device_code", deviceCode.reveal()));
    }
}
