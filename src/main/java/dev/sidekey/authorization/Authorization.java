package dev.sidekey.authorization;

import dev.sidekey.oauth.UserCode;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** What the authorization room answers to a refusal. */
public sealed interface Authorization {

    /** Send the same request again, with this credential. */
    record Granted(BearerCredential credential) implements Authorization {}

    /**
     * A person has to log in, and did not within the time that a call is held. The login stays
     * open; a later call succeeds.
     *
     * @param link where the person begins
     * @param userCode what they type there (RFC 8628); null mostly
     */
    record LoginRequired(URI link, @Nullable UserCode userCode) implements Authorization {}

    /**
     * No credential can be had; the agent gets Sidekey's own answer (section 2.2).
     *
     * @param reason a stable code, such as {@code issuer_mismatch}
     * @param message what happened, naming the upstream; no secret
     * @param remedy what a person can do, naming the configuration key where one helps
     * @param url a page that helps; null when there is none
     * @param transientFailure whether the same call may succeed soon without anybody's help
     */
    record Denied(
            String reason,
            String message,
            String remedy,
            @Nullable URI url,
            boolean transientFailure)
            implements Authorization {}

    /**
     * The credential is no more and nothing can replace it unasked: send the request without one,
     * and let the upstream's own challenge begin anew. Only ever the answer of {@link
     * Authorizer#renew}.
     */
    record Forgotten() implements Authorization {}

    /**
     * No credential cures this 403: pass the upstream's own answer on, without WWW-Authenticate.
     */
    record PassOn() implements Authorization {}
}
