package dev.sidekey.config;

import dev.sidekey.oauth.Scopes;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One protected MCP server, as the operator named it.
 *
 * @param name the route and what {@code login}, {@code logout} and metrics call it
 * @param url the URL byte for byte as configured: every OAuth identifier is derived from it (R3)
 * @param account whose credentials: two accounts of one server are two upstreams (B7)
 * @param client what is known of the OAuth client beforehand
 * @param registration how a dynamic registration is asked for
 * @param scopes pinned scopes, nothing else is ever asked; null when the wire decides (S10)
 * @param resource resource indicator: {@code auto}, {@code none} or a URI (R5)
 * @param authorizeParams further parameters of the authorization and token request (K13, R6)
 * @param acceptIssuers exact issuer strings that are one and the same server (A5, B6)
 * @param assumePkce whether metadata without code_challenge_methods_supported is fine (K3)
 * @param refreshScope whether a refresh repeats the granted scopes (E11)
 * @param prompt whether {@code prompt=consent} accompanies {@code offline_access} (K13)
 * @param transport a hint that this is a legacy HTTP+SSE server
 * @param metadata replaces what discovery finds, field by field
 * @param stepUp what a 403 insufficient_scope may lead to
 * @param dpop whether tokens are bound to a key (RFC 9449)
 * @param grant name of the grant; null when it is inferred
 * @param inputs what the grant works with
 * @param profile name of the provider profile; null when it is found by issuer or host
 * @param scopeParameter the parameter that scopes go into
 * @param tokenMember where a token response nests the token; null when it does not
 * @param origins where each of these came from
 */
public record UpstreamConfig(
        String name,
        @Setting(
                        doc =
                                "The MCP server's URL; every OAuth identifier is derived from it byte for byte.")
                URI url,
        @Setting(
                        doc = "Whose credentials: two accounts of one server are two upstreams.",
                        fallback = "default")
                String account,
        @Setting(doc = "What is known of the OAuth client beforehand.") ClientConfig client,
        @Setting(doc = "How a dynamic client registration is asked for.")
                RegistrationConfig registration,
        @Setting(
                        doc =
                                "Pinned scopes: nothing else is ever asked for. Decided on the wire by default.")
                @Nullable Scopes scopes,
        @Setting(doc = "Resource indicator (RFC 8707): auto, none or a URI.", fallback = "auto")
                String resource,
        @Setting(doc = "Further parameters of authorization and token requests, such as audience.")
                Map<String, String> authorizeParams,
        @Setting(
                        doc =
                                "Exact issuer strings that are one and the same server, where documents disagree.")
                List<String> acceptIssuers,
        @Setting(
                        doc = "Whether metadata without code_challenge_methods_supported is fine.",
                        fallback = "false")
                boolean assumePkce,
        @Setting(
                        doc =
                                "Whether a refresh repeats the scopes: auto, send those granted, those requested, or omit.",
                        fallback = "auto")
                RefreshScope refreshScope,
        @Setting(
                        doc = "auto adds prompt=consent to offline_access; never does not.",
                        fallback = "auto")
                Prompt prompt,
        @Setting(doc = "sse is a hint that this is a legacy HTTP+SSE server.", fallback = "auto")
                Transport transport,
        @Setting(doc = "Replaces what discovery finds, field by field.") MetadataOverrides metadata,
        @Setting(doc = "What a 403 insufficient_scope may lead to.") StepUpConfig stepUp,
        @Setting(
                        doc =
                                "Whether tokens are bound to a key (DPoP, RFC 9449): auto where the upstream asks for it, require, or never.",
                        fallback = "auto")
                Dpop dpop,
        @Setting(
                        doc =
                                "How a token is got: a grant's name, static for a fixed header, none for never; inferred by default.")
                @Nullable String grant,
        @Inline @Setting(doc = "What the grant works with.") GrantInputs inputs,
        @Setting(
                        doc =
                                "Name of a provider profile, or none; found by issuer or host by default (provider-profiles.md).")
                @Nullable String profile,
        @Setting(
                        doc = "The parameter of authorization requests that scopes go into.",
                        fallback = "scope")
                String scopeParameter,
        @Setting(
                        doc =
                                "The member of a token response that holds the token, where it is not the response itself.")
                @Nullable String tokenMember,
        Origins origins) {

    /**
     * Whether a refresh repeats scopes: SEND the granted ones, REQUESTED those of the login; AUTO
     * sends the granted ones, and only after a server asked so.
     */
    public enum RefreshScope {
        AUTO,
        SEND,
        REQUESTED,
        OMIT
    }

    /** Whether {@code prompt=consent} may be added. */
    public enum Prompt {
        AUTO,
        NEVER
    }

    /** Whether tokens are bound to a key: AUTO leaves it to the upstream. */
    public enum Dpop {
        AUTO,
        REQUIRE,
        NEVER
    }

    /** Which MCP transport the upstream speaks. */
    public enum Transport {
        AUTO,
        SSE
    }

    /** The URL without its query: what paths are compared with, segment by segment. */
    public String prefix() {
        var text = url.toString();
        var query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query);
    }

    /** Whether a fixed header or token is shown and no grant asked for one. */
    public boolean isStatic() {
        return grant == null ? inputs.isFixed() : grant.equals("static");
    }

    /** Whether no operator has named it: it goes by its URL, on a host that the agent chose. */
    public boolean isImplicit() {
        return name.equals(url.toString());
    }

    /**
     * The same at an issuer, whose profiles stand behind whatever was said before: known only once
     * the upstream has named it.
     */
    public UpstreamConfig at(String issuer) {
        return origins.profiles().at(this, issuer);
    }

    UpstreamConfig with(Origins others) {
        return Records.with(this, "origins", others);
    }

    /** Whether the resource indicator is left out. */
    public boolean omitsResource() {
        return resource.equals("none");
    }
}
