package dev.sidekey.credential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That an export was taken in. A refresh token in it may be used up by now: taken in once more
 * after its credential was removed, it would be shown a second time.
 *
 * @param id tells one export from another
 */
record TakenExport(String id) {

    /** It in JSON. */
    static final class Form implements Codec<String, TakenExport> {

        @Override
        public Kind kind() {
            return Kind.IMPORT;
        }

        @Override
        public String id(String key) {
            return key;
        }

        @Override
        public String key(TakenExport value) {
            return value.id;
        }

        @Override
        public @Nullable Instant expiresAt(TakenExport value) {
            return null;
        }

        @Override
        public ObjectNode write(TakenExport value) {
            var json = Json.object();
            Json.put(json, "id", value.id);
            return json;
        }

        @Override
        public TakenExport read(JsonNode json) {
            return new TakenExport(Json.text(json, "id"));
        }
    }
}
