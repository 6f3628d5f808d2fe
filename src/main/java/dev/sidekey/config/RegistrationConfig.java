package dev.sidekey.config;

import dev.sidekey.oauth.Secret;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a dynamic client registration is asked for (C9, C12, C13).
 *
 * @param scope whether the registration names the chosen scopes; NEVER for servers that refuse it
 * @param initialAccessToken bearer of the registration request, where the server wants one
 * @param extra further members of the registration request
 */
public record RegistrationConfig(
        @Setting(
                        doc =
                                "Whether a registration names the chosen scopes; never for servers that refuse it.",
                        fallback = "auto")
                ScopeRule scope,
        @Setting(doc = "Bearer token of the registration request.")
                @Nullable Secret initialAccessToken,
        @Setting(doc = "Further members of the registration request.") Map<String, String> extra) {

    /** Whether {@code scope} is sent. */
    public enum ScopeRule {
        AUTO,
        NEVER
    }
}
