package dev.sidekey.grant;

import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.DpopKey;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every token request has in common, whatever its grant.
 *
 * @param endpoint token_endpoint
 * @param client who asks, and how it authenticates
 * @param resource resource indicator, byte for byte; null when it is left out (R1, R5)
 * @param parameters further parameters of the operator's (R6)
 * @param dpopKey whose proof goes with the request (RFC 9449 §5); null for none
 */
public record TokenRequest(
        URI endpoint,
        ClientIdentity client,
        @Nullable String resource,
        Map<String, String> parameters,
        @Nullable DpopKey dpopKey) {}
