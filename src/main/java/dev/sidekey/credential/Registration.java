package dev.sidekey.credential;

import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.Scopes;
import java.time.Instant;

/**
 * A client that was registered dynamically (RFC 7591).
 *
 * @param key which issuer and redirect URI it is bound to
 * @param client what the registration response gave
 * @param registeredScopes what it is registered for: {@code scope} of the response, else what was
 *     sent (C10)
 * @param withoutScope the server refuses {@code scope} in a registration: leave it out (C12)
 * @param createdAt when it was registered
 * @param proven whether a token was once got with it: one that never worked is replaced after a
 *     login that times out (K15)
 */
public record Registration(
        RegistrationKey key,
        ClientIdentity.Registered client,
        Scopes registeredScopes,
        boolean withoutScope,
        Instant createdAt,
        boolean proven) {

    /** The same, after a token was got with it. */
    public Registration withProof() {
        return proven
                ? this
                : new Registration(key, client, registeredScopes, withoutScope, createdAt, true);
    }
}
