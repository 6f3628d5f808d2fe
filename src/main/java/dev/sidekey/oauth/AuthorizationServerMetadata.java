package dev.sidekey.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an authorization server says of itself (RFC 8414, OpenID Connect Discovery). A null list is
 * one that the document does not have, which is not the same as an empty one.
 *
 * @param issuer byte for byte as in the document (A4)
 * @param authorizationEndpoint where people are asked
 * @param tokenEndpoint where tokens are got
 * @param registrationEndpoint where clients are registered (RFC 7591)
 * @param revocationEndpoint where tokens are revoked (RFC 7009)
 * @param deviceAuthorizationEndpoint where device codes are got (RFC 8628)
 * @param scopesSupported none when absent
 * @param codeChallengeMethodsSupported PKCE methods (K2)
 * @param tokenEndpointAuthMethodsSupported how clients may authenticate
 * @param grantTypesSupported which grants there are
 * @param issParameterSupported whether the callback names the issuer (RFC 9207)
 * @param clientIdMetadataDocumentSupported whether a client id may be a document's URL (C4)
 * @param dpopSigningAlgValuesSupported DPoP algorithms (M14)
 * @param mtls where clients with a certificate are served (RFC 8705 §5)
 * @param authorizationGrantProfilesSupported which kinds of assertion it takes as a grant (M8)
 */
public record AuthorizationServerMetadata(
        String issuer,
        @Nullable URI authorizationEndpoint,
        @Nullable URI tokenEndpoint,
        @Nullable URI registrationEndpoint,
        @Nullable URI revocationEndpoint,
        @Nullable URI deviceAuthorizationEndpoint,
        Scopes scopesSupported,
        @Nullable List<String> codeChallengeMethodsSupported,
        @Nullable List<String> tokenEndpointAuthMethodsSupported,
        @Nullable List<String> grantTypesSupported,
        boolean issParameterSupported,
        boolean clientIdMetadataDocumentSupported,
        @Nullable List<String> dpopSigningAlgValuesSupported,
        Aliases mtls,
        @Nullable List<String> authorizationGrantProfilesSupported) {

    /** Reads a document; null when it is none of this kind (P7). */
    public static @Nullable AuthorizationServerMetadata parse(JsonNode document) {
        var issuer = JsonMembers.text(document, "issuer");
        if (issuer == null) {
            return null;
        }
        return new AuthorizationServerMetadata(
                issuer,
                JsonMembers.uri(document, "authorization_endpoint"),
                JsonMembers.uri(document, "token_endpoint"),
                JsonMembers.uri(document, "registration_endpoint"),
                JsonMembers.uri(document, "revocation_endpoint"),
                JsonMembers.uri(document, "device_authorization_endpoint"),
                Objects.requireNonNullElse(
                        JsonMembers.scopes(document, "scopes_supported"), Scopes.none()),
                JsonMembers.strings(document, "code_challenge_methods_supported"),
                JsonMembers.strings(document, "token_endpoint_auth_methods_supported"),
                JsonMembers.strings(document, "grant_types_supported"),
                JsonMembers.flag(document, "authorization_response_iss_parameter_supported"),
                JsonMembers.flag(document, "client_id_metadata_document_supported"),
                JsonMembers.strings(document, "dpop_signing_alg_values_supported"),
                Aliases.parse(document.path("mtls_endpoint_aliases")),
                JsonMembers.strings(document, "authorization_grant_profiles_supported"));
    }

    /**
     * Where the document may lie (A1, A2): for an issuer with a path never at the host's root.
     *
     * @throws IllegalArgumentException when the issuer is no URL
     */
    public static List<URI> wellKnown(String issuer) {
        var uri = URI.create(issuer);
        var origin = uri.getScheme() + "://" + uri.getRawAuthority();
        var path = Objects.requireNonNullElse(uri.getRawPath(), "");
        if (path.isEmpty() || path.equals("/")) {
            return List.of(
                    URI.create(origin + "/.well-known/oauth-authorization-server"),
                    URI.create(origin + "/.well-known/openid-configuration"));
        }
        var bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return List.of(
                URI.create(origin + "/.well-known/oauth-authorization-server" + bare),
                URI.create(origin + "/.well-known/openid-configuration" + bare),
                URI.create(origin + bare + "/.well-known/openid-configuration"));
    }

    /**
     * A server of revision 2025-03-26 without any document: default endpoints at the origin (A7).
     */
    public static AuthorizationServerMetadata defaults(String origin) {
        return bare(origin)
                .withEndpoints(
                        URI.create(origin + "/authorize"),
                        URI.create(origin + "/token"),
                        URI.create(origin + "/register"),
                        null,
                        null);
    }

    /** A server of which nothing is known but its name. */
    public static AuthorizationServerMetadata bare(String issuer) {
        return new AuthorizationServerMetadata(
                issuer,
                null,
                null,
                null,
                null,
                null,
                Scopes.none(),
                null,
                null,
                null,
                false,
                false,
                null,
                Aliases.NONE,
                null);
    }

    /** The same with other endpoints, where one is given. */
    public AuthorizationServerMetadata withEndpoints(
            @Nullable URI authorization,
            @Nullable URI token,
            @Nullable URI registration,
            @Nullable URI revocation,
            @Nullable URI device) {
        return new AuthorizationServerMetadata(
                issuer,
                authorization == null ? authorizationEndpoint : authorization,
                token == null ? tokenEndpoint : token,
                registration == null ? registrationEndpoint : registration,
                revocation == null ? revocationEndpoint : revocation,
                device == null ? deviceAuthorizationEndpoint : device,
                scopesSupported,
                codeChallengeMethodsSupported,
                tokenEndpointAuthMethodsSupported,
                grantTypesSupported,
                issParameterSupported,
                clientIdMetadataDocumentSupported,
                dpopSigningAlgValuesSupported,
                mtls.without(token != null, revocation != null, device != null),
                authorizationGrantProfilesSupported);
    }

    /** The same as a client with a certificate sees it. */
    public AuthorizationServerMetadata withMtls() {
        return withEndpoints(null, mtls.token, null, mtls.revocation, mtls.device);
    }

    /**
     * Endpoints that ask for a client's certificate; null where every client goes to the same.
     *
     * @param token of token_endpoint
     * @param revocation of revocation_endpoint
     * @param device of device_authorization_endpoint
     */
    public record Aliases(@Nullable URI token, @Nullable URI revocation, @Nullable URI device) {
        static final Aliases NONE = new Aliases(null, null, null);

        /** Without those of endpoints that were replaced. */
        Aliases without(boolean noToken, boolean noRevocation, boolean noDevice) {
            return new Aliases(
                    noToken ? null : token,
                    noRevocation ? null : revocation,
                    noDevice ? null : device);
        }

        static Aliases parse(JsonNode aliases) {
            return new Aliases(
                    JsonMembers.uri(aliases, "token_endpoint"),
                    JsonMembers.uri(aliases, "revocation_endpoint"),
                    JsonMembers.uri(aliases, "device_authorization_endpoint"));
        }
    }
}
