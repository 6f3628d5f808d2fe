package dev.sidekey.config;

import java.util.List;

/**
 * What must be the case before /readyz says yes, besides Sidekey's own health.
 *
 * @param requireAuthenticated upstreams that must hold a credential, for each agent
 */
public record ReadyConfig(
        @Setting(
                        doc =
                                "Upstreams that must hold a credential, for each agent, before"
                                        + " /readyz says yes; Sidekey begins to get it at once.")
                List<String> requireAuthenticated) {}
