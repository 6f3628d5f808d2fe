package dev.sidekey.config;

/**
 * Who may read metrics.
 *
 * @param open whether everyone who reaches the admin listener may
 */
public record MetricsConfig(
        @Setting(
                        doc =
                                "Whether everyone who reaches the admin listener may read /metrics,"
                                        + " or only who may use the rest of it.",
                        fallback = "true",
                        key = "public")
                boolean open) {}
