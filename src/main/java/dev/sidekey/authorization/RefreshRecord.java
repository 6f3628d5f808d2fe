package dev.sidekey.authorization;

import dev.sidekey.authorization.Refreshes.Cause;
import dev.sidekey.authorization.Refreshes.Gone;
import dev.sidekey.authorization.Refreshes.NotNow;
import dev.sidekey.authorization.Refreshes.Refreshed;
import dev.sidekey.authorization.Refreshes.Renewed;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.telemetry.Audit;
import dev.sidekey.telemetry.AuthorizationMeters;
import dev.sidekey.telemetry.Traces;
import io.opentelemetry.api.trace.Span;
import java.time.Clock;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Counts, traces and audits refreshes. Safe on every thread. */
final class RefreshRecord {
    private final AuthorizationMeters meters;
    private final Traces traces;
    private final Audit audit;
    private final Clock clock;

    RefreshRecord(AuthorizationRoom.Ground ground) {
        this.meters = ground.meters();
        this.traces = ground.traces();
        this.audit = ground.audit();
        this.clock = ground.clock();
    }

    /** Begins the span of a refresh, below whoever asked for it; null when nobody traces. */
    @Nullable Span begin(UpstreamConfig upstream) {
        return traces.step("oauth refresh", upstream.name());
    }

    /** Notes what a refresh came to. Must not fail. */
    void end(
            @Nullable Span span,
            UpstreamConfig upstream,
            HeldCredential before,
            Refreshed refreshed,
            Cause cause) {
        var result =
                switch (refreshed) {
                    case Renewed _ -> "renewed";
                    case Gone _ -> "rejected";
                    case NotNow _ -> "failed";
                };
        meters.refresh(upstream.name(), result, cause.name().toLowerCase(Locale.ROOT));
        if (span != null) {
            span.setAttribute("sidekey.result", result).end();
        }
        var used = refreshed instanceof Renewed(var credential) ? credential : before;
        audit.add(
                new Audit.Line(
                        clock.instant(),
                        Slot.agentOf(before.credential().key().account()),
                        upstream.name(),
                        "refresh",
                        result,
                        used.used(),
                        0));
    }
}
