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
 */
public record MetadataOverrides(
        @Nullable String issuer,
        @Nullable URI authorizationEndpoint,
        @Nullable URI tokenEndpoint,
        @Nullable URI registrationEndpoint,
        @Nullable URI revocationEndpoint) {}
