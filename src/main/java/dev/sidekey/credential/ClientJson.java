package dev.sidekey.credential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidekey.oauth.ClientIdentity;
import java.util.ArrayList;
import java.util.List;

/** {@link ClientIdentity} in JSON. */
final class ClientJson {
    private static final String PREREGISTERED = "preregistered";
    private static final String METADATA_DOCUMENT = "metadata_document";
    private static final String ANONYMOUS = "anonymous";
    private static final String REGISTERED = "registered";

    private ClientJson() {}

    static ObjectNode write(ClientIdentity client) {
        var json = Json.object();
        Json.put(json, "issuer", client.issuer());
        switch (client) {
            case ClientIdentity.Preregistered known -> {
                json.put("type", PREREGISTERED);
                Json.put(json, "client_id", known.clientId());
                Json.put(json, "client_secret", known.secret());
                Json.put(json, "auth_method", known.authMethod());
            }
            case ClientIdentity.MetadataDocument document -> {
                json.put("type", METADATA_DOCUMENT);
                Json.put(json, "url", document.url());
            }
            case ClientIdentity.Anonymous _ -> json.put("type", ANONYMOUS);
            case ClientIdentity.Registered registered -> write(json, registered);
        }
        return json;
    }

    private static void write(ObjectNode json, ClientIdentity.Registered registered) {
        json.put("type", REGISTERED);
        Json.put(json, "client_id", registered.clientId());
        Json.put(json, "client_secret", registered.secret());
        Json.put(json, "auth_method", registered.authMethod());
        Json.put(json, "client_secret_expires_at", registered.secretExpiresAt());
        registered.redirectUris().forEach(json.putArray("redirect_uris")::add);
        Json.put(json, "registration_client_uri", registered.registrationClientUri());
        Json.put(json, "registration_access_token", registered.registrationAccessToken());
    }

    static ClientIdentity read(JsonNode json) {
        var type = Json.text(json, "type");
        return switch (type) {
            case PREREGISTERED ->
                    new ClientIdentity.Preregistered(
                            Json.text(json, "issuer"),
                            Json.text(json, "client_id"),
                            Json.secretOrNull(json, "client_secret"),
                            Json.text(json, "auth_method"));
            case METADATA_DOCUMENT ->
                    new ClientIdentity.MetadataDocument(
                            Json.text(json, "issuer"), Json.uri(json, "url"));
            case ANONYMOUS -> new ClientIdentity.Anonymous(Json.text(json, "issuer"));
            case REGISTERED -> readRegistered(json);
            default -> throw new IllegalArgumentException("no client of type " + type);
        };
    }

    static ClientIdentity.Registered readRegistered(JsonNode json) {
        return new ClientIdentity.Registered(
                Json.text(json, "issuer"),
                Json.text(json, "client_id"),
                Json.secretOrNull(json, "client_secret"),
                Json.text(json, "auth_method"),
                Json.instantOrNull(json, "client_secret_expires_at"),
                redirectUris(json),
                Json.uriOrNull(json, "registration_client_uri"),
                Json.secretOrNull(json, "registration_access_token"));
    }

    private static List<String> redirectUris(JsonNode json) {
        var uris = new ArrayList<String>();
        json.path("redirect_uris").forEach(uri -> uris.add(uri.textValue()));
        return List.copyOf(uris);
    }
}
