package dev.sidekey.oauth;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** As which client Sidekey asks; each belongs to one issuer and is shown to no other (B1, B2). */
public sealed interface ClientIdentity {

    /** Whom it belongs to. */
    String issuer();

    /** The {@code client_id}. */
    String clientId();

    /** The {@code client_secret}; null for a public client. */
    @Nullable Secret secret();

    /** How it authenticates at the token endpoint: a name of {@link ClientAuthentication}. */
    String authMethod();

    /** One that the operator registered by hand (C2). */
    record Preregistered(String issuer, String clientId, @Nullable Secret secret, String authMethod)
            implements ClientIdentity {}

    /** One whose id is the URL of its metadata document; it has no secret (C3, C4). */
    record MetadataDocument(String issuer, URI url) implements ClientIdentity {
        @Override
        public String clientId() {
            return url.toString();
        }

        @Override
        public @Nullable Secret secret() {
            return null;
        }

        @Override
        public String authMethod() {
            return ClientAuthentication.NONE;
        }
    }

    /** None: the grant says who asks (RFC 7523 §3.1, M10). */
    record Anonymous(String issuer) implements ClientIdentity {
        @Override
        public String clientId() {
            return "";
        }

        @Override
        public @Nullable Secret secret() {
            return null;
        }

        @Override
        public String authMethod() {
            return ClientAuthentication.NONE;
        }
    }

    /**
     * One that the server registered at our request; as its response said (C10).
     *
     * @param secretExpiresAt when the secret ends; null for never (E18)
     * @param redirectUris what the response named; empty when it named none
     * @param registrationClientUri where the registration is managed (RFC 7592); null when nowhere
     * @param registrationAccessToken what that needs
     */
    record Registered(
            String issuer,
            String clientId,
            @Nullable Secret secret,
            String authMethod,
            @Nullable Instant secretExpiresAt,
            List<String> redirectUris,
            @Nullable URI registrationClientUri,
            @Nullable Secret registrationAccessToken)
            implements ClientIdentity {}
}
