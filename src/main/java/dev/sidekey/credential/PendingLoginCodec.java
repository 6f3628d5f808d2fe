package dev.sidekey.credential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidekey.oauth.Secret;
import dev.sidekey.oauth.UserCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * {@link PendingLogin} in JSON; named by the hash of its state, since the state itself is secret.
 */
final class PendingLoginCodec implements Codec<Secret, PendingLogin> {

    @Override
    public Kind kind() {
        return Kind.PENDING_LOGIN;
    }

    @Override
    public String id(Secret state) {
        try {
            var bytes = state.reveal().getBytes(StandardCharsets.UTF_8);
            var digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    @Override
    public Secret key(PendingLogin value) {
        return value.state();
    }

    @Override
    public Instant expiresAt(PendingLogin value) {
        return value.expiresAt();
    }

    @Override
    public ObjectNode write(PendingLogin value) {
        var json = Json.object();
        Json.put(json, "state", value.state());
        Json.put(json, "nonce", value.nonce());
        Json.put(json, "verifier", value.verifier());
        Json.put(json, "issuer", value.issuer());
        Json.put(json, "redirect_uri", value.redirectUri());
        Json.put(json, "upstream_name", value.upstreamName());
        Json.put(json, "account", value.account());
        Json.put(json, "resource", value.resource());
        Json.put(json, "upstream_url", value.upstreamUrl());
        Json.put(json, "authorization_url", value.authorizationUrl());
        Json.put(json, "scopes", value.scopes());
        json.set("client", ClientJson.write(value.client()));
        Json.put(json, "token_endpoint", value.tokenEndpoint());
        Json.put(json, "revocation_endpoint", value.revocationEndpoint());
        json.put("iss_announced", value.issAnnounced());
        Json.put(json, "resource_parameter", value.resourceParameter());
        Json.put(json, "created_at", value.createdAt());
        Json.put(json, "expires_at", value.expiresAt());
        Json.put(json, "dpop_key", value.dpopKey());
        var device = value.device();
        if (device != null) {
            var member = json.putObject("device");
            Json.put(member, "device_code", device.deviceCode());
            Json.put(member, "user_code", device.userCode().text());
            member.put("interval", device.interval().toSeconds());
        }
        return json;
    }

    @Override
    public PendingLogin read(JsonNode json) {
        return new PendingLogin(
                Json.secret(json, "state"),
                Json.secret(json, "nonce"),
                Json.secret(json, "verifier"),
                Json.text(json, "issuer"),
                Json.text(json, "redirect_uri"),
                Json.text(json, "upstream_name"),
                Json.text(json, "account"),
                Json.text(json, "resource"),
                Json.uri(json, "upstream_url"),
                Json.uri(json, "authorization_url"),
                Json.scopeSets(json, "scopes"),
                ClientJson.read(json.required("client")),
                Json.uri(json, "token_endpoint"),
                Json.uriOrNull(json, "revocation_endpoint"),
                Json.flag(json, "iss_announced"),
                Json.textOrNull(json, "resource_parameter"),
                Json.instant(json, "created_at"),
                Json.instant(json, "expires_at"),
                Json.dpopKeyOrNull(json, "dpop_key"),
                device(json.get("device")));
    }

    private static @Nullable DeviceLogin device(@Nullable JsonNode json) {
        return json == null
                ? null
                : new DeviceLogin(
                        Json.secret(json, "device_code"),
                        new UserCode(Json.text(json, "user_code")),
                        Duration.ofSeconds(json.path("interval").asLong()));
    }
}
