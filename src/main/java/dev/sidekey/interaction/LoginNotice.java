package dev.sidekey.interaction;

import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.UserCode;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Tells a person that a login is needed. */
@FunctionalInterface
public interface LoginNotice {

    /**
     * Reaches the person, or tries to. Runs on a virtual thread, must not fail and need not wait.
     */
    void loginNeeded(Needed login);

    /**
     * The login that is needed.
     *
     * @param upstream the upstream's name
     * @param issuer the authorization server that will ask for the login (X12)
     * @param scopes what will be asked for (X12)
     * @param link where the login begins; holds no secret but a single-use nonce
     * @param userCode what the person types there (RFC 8628); null mostly
     */
    record Needed(
            String upstream, String issuer, Scopes scopes, URI link, @Nullable UserCode userCode) {}
}
