package dev.sidekey.grant;

import com.nimbusds.jwt.JWTParser;
import dev.sidekey.oauth.Secret;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a JWT of the platform's has expired for certain. Its signature is the server's business;
 * clocks may be five minutes apart.
 */
final class AssertionExpiry {
    private static final Duration SKEW = Duration.ofMinutes(5);

    private AssertionExpiry() {}

    /** What is wrong with it, as the end of a sentence; null when nothing is. */
    static @Nullable String problem(Secret assertion, Instant now) {
        try {
            var ends = JWTParser.parse(assertion.reveal()).getJWTClaimsSet().getExpirationTime();
            return ends != null && ends.toInstant().plus(SKEW).isBefore(now)
                    ? "holds a JWT that expired at " + ends.toInstant()
                    : null;
        } catch (ParseException e) {
            return "holds no JWT";
        }
    }
}
