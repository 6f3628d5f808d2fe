package dev.sidekey.config;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The identity provider of enterprise-managed authorization (M5).
 *
 * @param issuer its issuer; null when there is none
 * @param tokenEndpoint its token endpoint; null when its metadata says
 * @param client as which client Sidekey asks there
 */
public record IdentityProviderConfig(
        @Setting(doc = "The identity provider's issuer.") @Nullable String issuer,
        @Setting(doc = "Its token endpoint; found in its metadata by default.")
                @Nullable URI tokenEndpoint,
        @Setting(doc = "The client that is registered there.") ClientConfig client) {

    /** None. */
    public static IdentityProviderConfig none() {
        return new IdentityProviderConfig(null, null, ClientConfig.none());
    }

    /** Whether one is given. */
    public boolean isGiven() {
        return issuer != null || tokenEndpoint != null;
    }
}
