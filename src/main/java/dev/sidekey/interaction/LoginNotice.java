package dev.sidekey.interaction;

import dev.sidekey.oauth.Scopes;
import java.net.URI;

/** Tells a person that a login is needed. */
@FunctionalInterface
public interface LoginNotice {

    /**
     * Reaches the person, or tries to. Runs on a virtual thread, must not fail and need not wait.
     *
     * @param upstream the upstream's name
     * @param issuer the authorization server that will ask for the login (X12)
     * @param scopes what will be asked for (X12)
     * @param link where the login begins; holds no secret but a single-use nonce
     */
    void loginNeeded(String upstream, String issuer, Scopes scopes, URI link);
}
