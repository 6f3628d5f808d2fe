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
        @Setting(doc = "client_id of a client that was registered by hand.") @Nullable String id,
        @Setting(doc = "Its secret.") @Nullable Secret secret,
        @Setting(
                        doc =
                                "How it authenticates: none, client_secret_basic or client_secret_post; negotiated by default.")
                @Nullable String authMethod,
        @Setting(
                        doc =
                                "The authorization server it belongs to; else the first one found is pinned, with a warning.")
                @Nullable String issuer,
        @Setting(doc = "client_name of a dynamic registration.") @Nullable String name,
        @Setting(doc = "URL of a client id metadata document, sent verbatim as client_id.")
                @Nullable URI metadataUrl) {}
