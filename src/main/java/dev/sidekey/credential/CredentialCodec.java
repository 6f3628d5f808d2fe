package dev.sidekey.credential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** {@link Credential} in JSON. */
final class CredentialCodec implements Codec<CredentialKey, Credential> {

    @Override
    public Kind kind() {
        return Kind.CREDENTIAL;
    }

    @Override
    public String id(CredentialKey key) {
        return key.id();
    }

    @Override
    public CredentialKey key(Credential value) {
        return value.key();
    }

    /**
     * An expired access token has its refresh token beside it, and its scopes help the next login.
     */
    @Override
    public @Nullable Instant expiresAt(Credential value) {
        return null;
    }

    @Override
    public ObjectNode write(Credential value) {
        var json = Json.object();
        Json.put(json, "account", value.key().account());
        Json.put(json, "issuer", value.key().issuer());
        Json.put(json, "resource", value.key().resource());
        Json.put(json, "client_id", value.key().clientId());
        Json.put(json, "upstream_url", value.upstreamUrl());
        json.set("client", ClientJson.write(value.client()));
        Json.put(json, "access_token", value.accessToken());
        Json.put(json, "token_type", value.tokenType());
        Json.put(json, "issued_at", value.issuedAt());
        Json.put(json, "expires_at", value.expiresAt());
        Json.put(json, "refresh_token", value.refreshToken());
        Json.put(json, "scopes", value.scopes());
        Json.put(json, "token_endpoint", value.tokenEndpoint());
        Json.put(json, "revocation_endpoint", value.revocationEndpoint());
        Json.put(json, "resource_parameter", value.resourceParameter());
        Json.put(json, "grant", value.grant());
        Json.put(json, "dpop_key", value.dpopKey());
        return json;
    }

    @Override
    public Credential read(JsonNode json) {
        return new Credential(
                new CredentialKey(
                        Json.text(json, "account"),
                        Json.text(json, "issuer"),
                        Json.text(json, "resource"),
                        Json.text(json, "client_id")),
                Json.uri(json, "upstream_url"),
                ClientJson.read(json.required("client")),
                Json.secret(json, "access_token"),
                Json.text(json, "token_type"),
                Json.instant(json, "issued_at"),
                Json.instantOrNull(json, "expires_at"),
                Json.secretOrNull(json, "refresh_token"),
                Json.scopeSets(json, "scopes"),
                Json.uri(json, "token_endpoint"),
                Json.uriOrNull(json, "revocation_endpoint"),
                Json.textOrNull(json, "resource_parameter"),
                Json.text(json, "grant"),
                Json.dpopKeyOrNull(json, "dpop_key"));
    }
}
