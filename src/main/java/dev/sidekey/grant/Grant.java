package dev.sidekey.grant;

import dev.sidekey.config.UpstreamCheck.Complaints;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.AuthorizationServerMetadata;
import org.jspecify.annotations.Nullable;

/**
 * How a token is got: one file a grant, one line each in {@link Grants}. Discovery, scopes, single
 * flight, storage, leases, back-off and metrics are not its business. Immutable; safe on every
 * thread.
 */
public sealed interface Grant permits AttendedGrant, UnattendedGrant {

    /** Its name in configuration, store, status and metrics. */
    String name();

    /** What a server that offers it lists in {@code grant_types_supported}. */
    String grantType();

    /** Which client it needs. */
    ClientNeed clientNeed();

    /**
     * Whether, with nothing configured, what is given and what the server lists call for it. The
     * first of the catalogue is taken, and no other if that fails (M11).
     */
    boolean isCalledFor(UpstreamConfig upstream, Offer offer);

    /** Why this server cannot be asked so, or null when it can. */
    @Nullable Unfit unfit(UpstreamConfig upstream, Offer offer);

    /** Says what is missing or unusable in the settings of an upstream that is configured so. */
    void check(UpstreamConfig upstream, Complaints complaints);

    /** Which client a grant needs. */
    enum ClientNeed {
        /** One, however it is come by: the operator's, a metadata document, a registration (C1). */
        ANY,
        /** The operator's own; nothing is registered (M1). */
        CONFIGURED,
        /** The operator's own if there is one; else none (M10). */
        OPTIONAL
    }

    /**
     * What is known of a server when its fitness is judged.
     *
     * @param server its metadata
     * @param legacy whether 2025-03-26 rules hold, where servers need not list what they support
     * @param headless whether no browser of a person's can come back here
     */
    record Offer(AuthorizationServerMetadata server, boolean legacy, boolean headless) {}

    /**
     * Why a server cannot be asked.
     *
     * @param reason a stable code
     * @param message what is missing, naming the server
     * @param remedy a sentence that names the setting
     */
    record Unfit(String reason, String message, String remedy) {

        /** Where the server says which grants it has, and this is not among them. */
        static @Nullable Unfit unlisted(Grant grant, AuthorizationServerMetadata server) {
            var listed = server.grantTypesSupported();
            if (listed == null || listed.contains(grant.grantType())) {
                return null;
            }
            return new Unfit(
                    "grant_not_supported",
                    "the authorization server "
                            + server.issuer()
                            + " does not offer the grant "
                            + grant.name()
                            + "; it lists "
                            + String.join(", ", listed),
                    "Have its operator allow "
                            + grant.grantType()
                            + ", or set upstreams.NAME.grant to one that is listed.");
        }
    }
}
