package dev.sidekey.credential;

/**
 * Whose credential for what, from whom and as which client (B1, B7). Opaque strings, compared byte
 * for byte.
 */
public record CredentialKey(String account, String issuer, String resource, String clientId) {

    /** One string for all four, never the same for two keys; no secret. */
    public String id() {
        return Json.id(account, issuer, resource, clientId);
    }

    /** The key that an id stands for. */
    static CredentialKey of(String id) {
        var parts = Json.parts(id);
        return new CredentialKey(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
    }
}
