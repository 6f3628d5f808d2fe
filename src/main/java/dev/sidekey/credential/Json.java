package dev.sidekey.credential;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidekey.oauth.DpopKey;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of our JSON, one method a type. Here alone a {@link Secret} is unwrapped in this
 * room, on its way under the seal.
 */
final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** An id of several parts: a JSON array, so that no two lists of parts give the same. */
    static String id(String... parts) {
        try {
            return MAPPER.writeValueAsString(parts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("strings can always be written", e);
        }
    }

    /** The parts of an id. */
    static List<String> parts(String id) {
        try {
            return List.of(MAPPER.readValue(id, String[].class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no id of ours", e);
        }
    }

    static void put(ObjectNode json, String name, @Nullable Secret secret) {
        if (secret != null) {
            json.put(name, secret.reveal());
        }
    }

    static void put(ObjectNode json, String name, @Nullable DpopKey key) {
        if (key != null) {
            put(json, name, key.secret());
        }
    }

    static void put(ObjectNode json, String name, @Nullable URI uri) {
        if (uri != null) {
            json.put(name, uri.toString());
        }
    }

    static void put(ObjectNode json, String name, @Nullable String text) {
        if (text != null) {
            json.put(name, text);
        }
    }

    static void put(ObjectNode json, String name, @Nullable Instant instant) {
        if (instant != null) {
            json.put(name, instant.toString());
        }
    }

    static void put(ObjectNode json, String name, Scopes scopes) {
        var array = json.putArray(name);
        scopes.tokens().forEach(array::add);
    }

    static String text(JsonNode json, String name) {
        var text = json.required(name).textValue();
        if (text == null) {
            throw new IllegalArgumentException(name + " is no text");
        }
        return text;
    }

    static @Nullable String textOrNull(JsonNode json, String name) {
        return json.hasNonNull(name) ? text(json, name) : null;
    }

    static Secret secret(JsonNode json, String name) {
        return Secret.of(text(json, name));
    }

    static @Nullable Secret secretOrNull(JsonNode json, String name) {
        return json.hasNonNull(name) ? secret(json, name) : null;
    }

    static @Nullable DpopKey dpopKeyOrNull(JsonNode json, String name) {
        return json.hasNonNull(name) ? DpopKey.of(secret(json, name)) : null;
    }

    static URI uri(JsonNode json, String name) {
        return URI.create(text(json, name));
    }

    static @Nullable URI uriOrNull(JsonNode json, String name) {
        return json.hasNonNull(name) ? uri(json, name) : null;
    }

    static Instant instant(JsonNode json, String name) {
        return Instant.parse(text(json, name));
    }

    static @Nullable Instant instantOrNull(JsonNode json, String name) {
        return json.hasNonNull(name) ? instant(json, name) : null;
    }

    static boolean flag(JsonNode json, String name) {
        return json.path(name).asBoolean(false);
    }

    static Scopes scopes(JsonNode json, String name) {
        var tokens = new ArrayList<String>();
        json.path(name).forEach(token -> tokens.add(token.textValue()));
        return Scopes.of(tokens);
    }

    static void put(ObjectNode json, String name, ScopeSets sets) {
        var object = json.putObject(name);
        put(object, "challenged", sets.challenged());
        put(object, "requested", sets.requested());
        put(object, "registered", sets.registered());
        put(object, "granted", sets.granted());
    }

    static ScopeSets scopeSets(JsonNode json, String name) {
        var object = json.path(name);
        return new ScopeSets(
                scopes(object, "challenged"),
                scopes(object, "requested"),
                scopes(object, "registered"),
                scopes(object, "granted"));
    }
}
