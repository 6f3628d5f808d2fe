package dev.sidekey.credential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which issuer an operator's client belongs to, where the configuration does not say (B5). */
record IssuerPin(String account, String upstreamUrl, String clientId, String issuer) {

    /** What is pinned once. */
    record Key(String account, String upstreamUrl, String clientId) {}

    Key key() {
        return new Key(account, upstreamUrl, clientId);
    }

    /** The issuer of the first pin of its key: this one, or what was pinned before. */
    static String first(Shelf<Key, IssuerPin> pins, IssuerPin pin) {
        while (true) {
            var pinned = pins.load(pin.key());
            if (pinned == null) {
                pinned = pins.save(pin, 0, null);
            }
            if (pinned != null) {
                return pinned.value().issuer();
            }
        }
    }

    /** It in JSON. */
    static final class Form implements Codec<Key, IssuerPin> {

        @Override
        public Kind kind() {
            return Kind.PINNED_ISSUER;
        }

        @Override
        public String id(Key key) {
            return Json.id(key.account, key.upstreamUrl, key.clientId);
        }

        @Override
        public Key key(IssuerPin value) {
            return value.key();
        }

        @Override
        public @Nullable Instant expiresAt(IssuerPin value) {
            return null;
        }

        @Override
        public ObjectNode write(IssuerPin value) {
            var json = Json.object();
            Json.put(json, "account", value.account);
            Json.put(json, "upstream_url", value.upstreamUrl);
            Json.put(json, "client_id", value.clientId);
            Json.put(json, "issuer", value.issuer);
            return json;
        }

        @Override
        public IssuerPin read(JsonNode json) {
            return new IssuerPin(
                    Json.text(json, "account"),
                    Json.text(json, "upstream_url"),
                    Json.text(json, "client_id"),
                    Json.text(json, "issuer"));
        }
    }
}
