package dev.sidekey.config;

import dev.sidekey.oauth.Scopes;

/**
 * What a 403 insufficient_scope may lead to (T6, U1 to U5).
 *
 * @param policy AUTO asks for the scopes that the challenge names, NEVER passes the 403 on
 * @param deny scopes that are never asked for, whoever names them
 * @param maxAttempts authorization requests for one and the same scope set, across requests
 */
public record StepUpConfig(
        @Setting(
                        doc =
                                "auto asks for the scopes that the challenge names; never passes the 403 on.",
                        fallback = "auto")
                Policy policy,
        @Setting(doc = "Scopes that are never asked for, whoever names them.") Scopes deny,
        @Setting(
                        doc =
                                "Authorization requests for one and the same scope set, across calls.",
                        fallback = "3")
                int maxAttempts) {

    /** Whether step-up happens at all. */
    public enum Policy {
        AUTO,
        NEVER
    }
}
