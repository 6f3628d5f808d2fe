package dev.sidekey.config;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Replaces what discovery finds, field by field: for servers whose documents are wrong (3.4 no.
 * 14).
 *
 * @param issuer the issuer to use without resource metadata
 * @param authorizationEndpoint replaces authorization_endpoint
 * @param tokenEndpoint replaces token_endpoint
 * @param registrationEndpoint replaces registration_endpoint
 * @param revocationEndpoint replaces revocation_endpoint
 * @param deviceAuthorizationEndpoint replaces device_authorization_endpoint
 */
public record MetadataOverrides(
        @Setting(doc = "The issuer to use, whatever the resource metadata says.")
                @Nullable String issuer,
        @Setting(doc = "Replaces authorization_endpoint.") @Nullable URI authorizationEndpoint,
        @Setting(doc = "Replaces token_endpoint.") @Nullable URI tokenEndpoint,
        @Setting(doc = "Replaces registration_endpoint.") @Nullable URI registrationEndpoint,
        @Setting(doc = "Replaces revocation_endpoint.") @Nullable URI revocationEndpoint,
        @Setting(doc = "Replaces device_authorization_endpoint.")
                @Nullable URI deviceAuthorizationEndpoint) {

    /** None. */
    public static MetadataOverrides none() {
        return new MetadataOverrides(null, null, null, null, null, null);
    }
}
