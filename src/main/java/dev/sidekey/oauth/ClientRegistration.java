package dev.sidekey.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Dynamic client registration (RFC 7591) and its management (RFC 7592). */
public final class ClientRegistration {
    private static final JsonMapper JSON = new JsonMapper();

    private ClientRegistration() {}

    /**
     * What is asked for.
     *
     * @param clientName client_name
     * @param redirectUris redirect_uris
     * @param grantTypes grant_types
     * @param responseTypes response_types
     * @param tokenEndpointAuthMethod token_endpoint_auth_method
     * @param applicationType application_type (C6)
     * @param scope left out when empty, never sent as an empty string (C9)
     * @param extra further members, as the operator says
     */
    public record Request(
            String clientName,
            List<String> redirectUris,
            List<String> grantTypes,
            List<String> responseTypes,
            String tokenEndpointAuthMethod,
            String applicationType,
            Scopes scope,
            Map<String, String> extra) {

        /** The wire form. */
        public String toJson() {
            return toTree().toString();
        }

        /**
         * The wire form of an update: the whole metadata, and which client it is (RFC 7592 §2.2).
         */
        public String toUpdateJson(String clientId, @Nullable Secret clientSecret) {
            var tree = toTree().put("client_id", clientId);
            if (clientSecret != null) {
                tree.put("client_secret", clientSecret.reveal());
            }
            return tree.toString();
        }

        private ObjectNode toTree() {
            var tree = JSON.createObjectNode();
            tree.put("client_name", clientName);
            redirectUris.forEach(tree.putArray("redirect_uris")::add);
            grantTypes.forEach(tree.putArray("grant_types")::add);
            responseTypes.forEach(tree.putArray("response_types")::add);
            tree.put("token_endpoint_auth_method", tokenEndpointAuthMethod);
            tree.put("application_type", applicationType);
            if (!scope.isEmpty()) {
                tree.put("scope", scope.toString());
            }
            extra.forEach(tree::put);
            return tree;
        }
    }

    /** What the server said. */
    public sealed interface Reply {}

    /**
     * A client; null members were absent, null or empty.
     *
     * @param clientId client_id
     * @param clientSecret client_secret
     * @param clientSecretExpiresAt null for never
     * @param tokenEndpointAuthMethod token_endpoint_auth_method
     * @param scope null when absent, which means as asked
     * @param redirectUris redirect_uris
     * @param registrationClientUri registration_client_uri
     * @param registrationAccessToken registration_access_token
     */
    public record Registered(
            String clientId,
            @Nullable Secret clientSecret,
            @Nullable Instant clientSecretExpiresAt,
            @Nullable String tokenEndpointAuthMethod,
            @Nullable Scopes scope,
            List<String> redirectUris,
            @Nullable URI registrationClientUri,
            @Nullable Secret registrationAccessToken)
            implements Reply {}

    /**
     * No client.
     *
     * @param status HTTP status
     * @param error the server's error, or a plain text body in its place (C11)
     */
    public record Refused(int status, OAuthError error) implements Reply {}

    /** No answer that can be used. */
    public record Failed(OAuthFailure failure) implements Reply {}

    /** Reads the response of a registration or an update. */
    public static Reply read(HttpReply reply) {
        var document = reply.json();
        var id = document == null ? null : JsonMembers.text(document, "client_id");
        if (reply.isSuccess() && document != null && id != null) {
            return registered(id, document);
        }
        if (reply.status() >= 500 || reply.status() == 429) {
            return new Failed(reply.failure("did not register a client", true));
        }
        if (reply.isSuccess()) {
            return new Failed(reply.failure("answered a registration without a client_id", false));
        }
        return new Refused(reply.status(), reply.error());
    }

    private static Registered registered(String id, JsonNode document) {
        var expires = document.path("client_secret_expires_at").asLong(0);
        return new Registered(
                id,
                JsonMembers.secret(document, "client_secret"),
                expires <= 0 ? null : Instant.ofEpochSecond(expires),
                JsonMembers.text(document, "token_endpoint_auth_method"),
                JsonMembers.scopes(document, "scope"),
                Objects.requireNonNullElse(
                        JsonMembers.strings(document, "redirect_uris"), List.of()),
                JsonMembers.uri(document, "registration_client_uri"),
                JsonMembers.secret(document, "registration_access_token"));
    }
}
