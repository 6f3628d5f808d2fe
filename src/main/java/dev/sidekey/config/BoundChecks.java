package dev.sidekey.config;

import java.time.Duration;
import java.util.Map;

/** Sizes and times that would switch a protection off, or make every call fail. */
final class BoundChecks {
    private static final int LEAST_HEADER = 1024;

    private final Violations violations;

    BoundChecks(Violations violations) {
        this.violations = violations;
    }

    void check(SidekeyConfig config) {
        var limits = config.limits();
        Map.of(
                        "login-ttl", config.loginTtl(),
                        "limits.oauth-timeout", limits.oauthTimeout(),
                        "limits.upstream-connect-timeout", limits.upstreamConnectTimeout(),
                        "limits.upstream-response-timeout", limits.upstreamResponseTimeout(),
                        "limits.tunnel-idle", limits.tunnelIdle(),
                        "limits.handshake", limits.handshake())
                .forEach(this::checkTime);
        if (limits.header() < LEAST_HEADER) {
            violations.add(
                    "limits.header", limits.header() + "", "is too small", "Write 1KiB or more.");
        }
        if (limits.metadata() < LEAST_HEADER) {
            violations.add(
                    "limits.metadata",
                    limits.metadata() + "",
                    "is too small",
                    "Write 1KiB or more.");
        }
        for (var upstream : config.upstreams().values()) {
            int attempts = upstream.stepUp().maxAttempts();
            if (attempts < 1) {
                violations.add(
                        "upstreams." + upstream.name() + ".step-up.max-attempts",
                        attempts + "",
                        "leaves no attempt",
                        "Write 1 or more, or policy: never.");
            }
        }
    }

    private void checkTime(String key, Duration time) {
        if (!time.isPositive()) {
            violations.add(key, "0", "leaves no time", "Write a duration above zero.");
        }
    }
}
