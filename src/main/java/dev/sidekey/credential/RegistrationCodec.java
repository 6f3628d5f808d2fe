package dev.sidekey.credential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** {@link Registration} in JSON. */
final class RegistrationCodec implements Codec<RegistrationKey, Registration> {

    @Override
    public Kind kind() {
        return Kind.REGISTRATION;
    }

    @Override
    public String id(RegistrationKey key) {
        return Json.id(key.account(), key.issuer(), key.resource(), key.redirectUri());
    }

    @Override
    public RegistrationKey key(Registration value) {
        return value.key();
    }

    /** An expired client is still needed to be told from none (E18). */
    @Override
    public @Nullable Instant expiresAt(Registration value) {
        return null;
    }

    @Override
    public ObjectNode write(Registration value) {
        var json = Json.object();
        Json.put(json, "account", value.key().account());
        Json.put(json, "issuer", value.key().issuer());
        Json.put(json, "resource", value.key().resource());
        Json.put(json, "redirect_uri", value.key().redirectUri());
        json.set("client", ClientJson.write(value.client()));
        Json.put(json, "registered_scopes", value.registeredScopes());
        Json.put(json, "asked_scopes", value.askedScopes());
        Json.put(json, "refused_scopes", value.refusedScopes());
        json.put("without_scope", value.withoutScope());
        Json.put(json, "created_at", value.createdAt());
        json.put("proven", value.proven());
        return json;
    }

    @Override
    public Registration read(JsonNode json) {
        return new Registration(
                new RegistrationKey(
                        Json.text(json, "account"),
                        Json.text(json, "issuer"),
                        Json.text(json, "resource"),
                        Json.text(json, "redirect_uri")),
                ClientJson.readRegistered(json.required("client")),
                Json.scopes(json, "registered_scopes"),
                Json.scopes(json, "asked_scopes"),
                Json.scopes(json, "refused_scopes"),
                Json.flag(json, "without_scope"),
                Json.instant(json, "created_at"),
                Json.flag(json, "proven"));
    }
}
