package dev.sidekey.oauth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a callback comes from the issuer that was asked (RFC 9207 §2.4; K7, K8). */
public final class IssuerCheck {
    private IssuerCheck() {}

    /**
     * Announced and absent fails; present and other fails, announced or not. Strings are compared
     * as they are, never normalised.
     *
     * @param expected the issuer recorded before the redirect (K6)
     * @param announced whether its metadata promises the parameter
     * @param received the callback's {@code iss}, decoded once; null when absent
     * @param accepted exact strings that the operator calls the same server (A5, B6)
     */
    public static boolean passes(
            String expected, boolean announced, @Nullable String received, List<String> accepted) {
        if (received == null) {
            return !announced;
        }
        return received.equals(expected) || accepted.contains(received);
    }
}
