package dev.sidekey.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP answer, whole and bounded.
 *
 * @param location what was asked, for messages
 * @param status HTTP status
 * @param headers names in lower case
 * @param body at most as long as the limit
 */
public record HttpReply(URI location, int status, Map<String, List<String>> headers, Secret body) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST_PLAIN_TEXT = 200;

    /** Whether the status is 2xx. */
    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /** The first value of a header, or null. */
    public @Nullable String header(String name) {
        var values = headers.get(name.toLowerCase(Locale.ROOT));
        return values == null || values.isEmpty() ? null : values.getFirst();
    }

    /** The body as a JSON object; null when it is none, whatever its content type says (P7). */
    public @Nullable JsonNode json() {
        try {
            var tree = JSON.readTree(body.reveal());
            return tree != null && tree.isObject() ? tree : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** The body as a JSON object, or as a form read into one (E5). */
    public @Nullable JsonNode jsonOrForm() {
        var json = json();
        var text = body.reveal();
        var type = Objects.requireNonNullElse(header("content-type"), "");
        if (json != null
                || text.startsWith("<")
                || text.indexOf('=') < 0
                || type.contains("html")) {
            return json;
        }
        var tree = JSON.createObjectNode();
        for (var pair : text.strip().split("&", -1)) {
            var parts = pair.split("=", 2);
            if (parts.length == 2) {
                tree.put(decode(parts[0]), decode(parts[1]));
            }
        }
        return tree;
    }

    private static String decode(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }

    /** The error that the body names; a plain text body stands for one (C11). */
    OAuthError error() {
        var document = jsonOrForm();
        var code = document == null ? null : JsonMembers.text(document, "error");
        if (document != null && code != null) {
            return new OAuthError(code, JsonMembers.text(document, "error_description"));
        }
        var text = body.reveal().strip();
        var readable = !text.isEmpty() && !text.startsWith("<") && !text.startsWith("{");
        var words =
                readable ? text.substring(0, Math.min(text.length(), LONGEST_PLAIN_TEXT)) : null;
        return new OAuthError("http_" + status, words);
    }

    /** A failure that this answer amounts to. */
    OAuthFailure failure(String what, boolean transientFailure) {
        return new OAuthFailure(
                OAuthFailure.Kind.HTTP_STATUS,
                place(location) + " " + what + " (HTTP " + status + ")",
                transientFailure,
                retryAfter());
    }

    /** Seconds of Retry-After; dates are rare and left out. */
    @Nullable Duration retryAfter() {
        var value = header("retry-after");
        return value == null || !value.matches("\\d{1,6}")
                ? null
                : Duration.ofSeconds(Long.parseLong(value));
    }

    /** Scheme, host and path: what messages may show of a URL. */
    static String place(URI location) {
        return location.getScheme()
                + "://"
                + location.getRawAuthority()
                + Objects.requireNonNullElse(location.getRawPath(), "");
    }
}
