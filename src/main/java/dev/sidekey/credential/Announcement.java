package dev.sidekey.credential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That the refresh token of a credential is being shown, written before it is: whoever finds it,
 * and the same version of the credential still, must not show that token as well (E14). Where a
 * server was seen to keep its refresh tokens, the one announcement says so for good, and none is
 * needed.
 *
 * @param credential whose refresh token
 * @param version of the credential that holds it
 * @param at when, by the clock of who shows it
 * @param reusable whether the server lets a refresh token be shown again
 */
public record Announcement(CredentialKey credential, long version, Instant at, boolean reusable) {

    /** It in JSON. */
    static final class Form implements Codec<CredentialKey, Announcement> {

        @Override
        public Kind kind() {
            return Kind.ANNOUNCEMENT;
        }

        @Override
        public String id(CredentialKey key) {
            return key.id();
        }

        @Override
        public CredentialKey key(Announcement value) {
            return value.credential;
        }

        @Override
        public @Nullable Instant expiresAt(Announcement value) {
            return null;
        }

        @Override
        public ObjectNode write(Announcement value) {
            var json = Json.object();
            Json.put(json, "credential", value.credential.id());
            json.put("version", value.version);
            Json.put(json, "at", value.at);
            json.put("reusable", value.reusable);
            return json;
        }

        @Override
        public Announcement read(JsonNode json) {
            return new Announcement(
                    CredentialKey.of(Json.text(json, "credential")),
                    json.required("version").longValue(),
                    Json.instant(json, "at"),
                    Json.flag(json, "reusable"));
        }
    }
}
