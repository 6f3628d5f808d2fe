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
 * @param askedScopes what the request named: a server that answered with less is not asked for the
 *     same again and again (real-servers.md, FastMCP)
 * @param refusedScopes scopes that a login with this client was refused for, down to none at all:
 *     no set with these in it is asked for again (U8; real-servers.md, Spring)
 * @param withoutScope the server refuses {@code scope} in a registration: leave it out (C12)
 * @param createdAt when it was registered
 * @param proven whether a token was once got with it: one that never worked is replaced after a
 *     login that times out (K15)
 */
public record Registration(
        RegistrationKey key,
        ClientIdentity.Registered client,
        Scopes registeredScopes,
        Scopes askedScopes,
        Scopes refusedScopes,
        boolean withoutScope,
        Instant createdAt,
        boolean proven) {

    /** Whether a login for these scopes needs no other registration (C9). */
    public boolean serves(Scopes wanted) {
        return withoutScope || registeredScopes.covers(wanted) || askedScopes.covers(wanted);
    }

    /** What a login with this client asks for, in place of what is wanted. */
    public Scopes atLogin(Scopes wanted) {
        return !refusedScopes.isEmpty() && wanted.covers(refusedScopes) ? Scopes.none() : wanted;
    }

    /** The same, after a token was got with it. */
    public Registration withProof() {
        return proven ? this : with(refusedScopes, true);
    }

    /** The same, after a login was refused for these scopes and only none at all was left. */
    public Registration withRefused(Scopes refused) {
        return with(refused, proven);
    }

    private Registration with(Scopes refused, boolean worked) {
        return new Registration(
                key,
                client,
                registeredScopes,
                askedScopes,
                refused,
                withoutScope,
                createdAt,
                worked);
    }
}
