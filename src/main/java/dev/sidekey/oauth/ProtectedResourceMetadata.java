package dev.sidekey.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a protected resource says of itself (RFC 9728).
 *
 * @param resource byte for byte as in the document (R3)
 * @param authorizationServers issuers, in the document's order (P4)
 * @param scopesSupported none when absent or empty (S7)
 * @param dpopBoundAccessTokensRequired whether plain bearer tokens are refused
 */
public record ProtectedResourceMetadata(
        String resource,
        List<String> authorizationServers,
        Scopes scopesSupported,
        boolean dpopBoundAccessTokensRequired) {

    /** Reads a document; null when it is none of this kind (P7). */
    public static @Nullable ProtectedResourceMetadata parse(JsonNode document) {
        var resource = JsonMembers.text(document, "resource");
        if (resource == null) {
            return null;
        }
        return new ProtectedResourceMetadata(
                resource,
                Objects.requireNonNullElse(
                        JsonMembers.strings(document, "authorization_servers"), List.of()),
                Objects.requireNonNullElse(
                        JsonMembers.scopes(document, "scopes_supported"), Scopes.none()),
                JsonMembers.flag(document, "dpop_bound_access_tokens_required"));
    }

    /** Where it may lie when nobody said so: with the endpoint's path, then at the root (P1). */
    public static List<URI> wellKnown(URI endpoint) {
        var origin = endpoint.getScheme() + "://" + endpoint.getRawAuthority();
        var root = URI.create(origin + "/.well-known/oauth-protected-resource");
        var path = Objects.requireNonNullElse(endpoint.getRawPath(), "");
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        return path.isEmpty() ? List.of(root) : List.of(URI.create(root + path), root);
    }
}
