package dev.sidekey.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads members of documents that strangers wrote: null, empty and wrongly typed ones are absent
 * (real-servers.md, Hydra).
 */
final class JsonMembers {
    private JsonMembers() {}

    static @Nullable String text(JsonNode document, String name) {
        var member = document.get(name);
        return member == null || !member.isTextual() || member.textValue().isEmpty()
                ? null
                : member.textValue();
    }

    static @Nullable Secret secret(JsonNode document, String name) {
        var value = text(document, name);
        return value == null ? null : Secret.of(value);
    }

    static @Nullable URI uri(JsonNode document, String name) {
        var value = text(document, name);
        if (value == null) {
            return null;
        }
        try {
            var uri = new URI(value);
            return uri.isAbsolute() && uri.getHost() != null ? uri : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    static boolean flag(JsonNode document, String name) {
        return document.path(name).asBoolean(false);
    }

    /** The strings of an array; null when the member is absent, so that "empty" stays apart. */
    static @Nullable List<String> strings(JsonNode document, String name) {
        var member = document.get(name);
        if (member == null || !member.isArray()) {
            return null;
        }
        var values = new ArrayList<String>();
        for (var element : member) {
            if (element.isTextual()) {
                values.add(element.textValue());
            }
        }
        return List.copyOf(values);
    }

    /**
     * A scope member: a string, or an array where a sloppy server sends one (S9); null when absent.
     */
    static @Nullable Scopes scopes(JsonNode document, String name) {
        var array = strings(document, name);
        if (array != null) {
            return Scopes.of(array);
        }
        var member = document.get(name);
        return member == null || !member.isTextual() ? null : Scopes.parse(member.textValue());
    }
}
