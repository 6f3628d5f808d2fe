package dev.sidekey.config;

import dev.sidekey.oauth.Secret;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What the operator knows of the OAuth client beforehand (C1 to C4).
 *
 * @param id client_id of a client that was registered by hand; null when there is none
 * @param secret its secret, if it has one
 * @param authMethod token endpoint auth method; null when negotiated (E3)
 * @param issuer the authorization server this client belongs to (B3, B5); null: the first found is
 *     pinned
 * @param name client_name of a dynamic registration; null for Sidekey's own
 * @param metadataUrl URL of a client id metadata document, sent verbatim as client_id (C4)
 */
public record ClientConfig(
        @Nullable String id,
        @Nullable Secret secret,
        @Nullable String authMethod,
        @Nullable String issuer,
        @Nullable String name,
        @Nullable URI metadataUrl) {}
