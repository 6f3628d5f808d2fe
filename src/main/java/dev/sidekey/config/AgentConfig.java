package dev.sidekey.config;

import dev.sidekey.oauth.Secret;
import org.jspecify.annotations.Nullable;

/**
 * One agent that may use this Sidekey.
 *
 * @param name its credentials, logs and metrics go by it
 * @param token what it shows; null only before the checks
 */
public record AgentConfig(
        String name,
        @Setting(
                        doc =
                                "What this agent shows, as Sidekey-Token or in Proxy-Authorization; never sent upstream.")
                @Nullable Secret token) {}
