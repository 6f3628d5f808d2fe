package dev.sidekey.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/**
 * Every meter that Sidekey has; docs/metrics.md is made from it. Labels have few values: names that
 * the operator configured, and words that stand here or in the room that counts.
 */
public enum Meters {
    REQUESTS(
            Kind.COUNTER,
            "sidekey.requests",
            "Requests answered. `code`: class of the status (2xx to 5xx), or aborted when the"
                    + " answer broke off or nobody waited for it.",
            "upstream",
            "code"),
    REQUEST_DURATION(
            Kind.TIMER,
            "sidekey.request.duration",
            "From a request's head to the last byte of its answer; an event stream is one request.",
            "upstream"),
    REQUEST_BYTES(Kind.COUNTER, "sidekey.request.bytes", "Bytes of request bodies.", "upstream"),
    RESPONSE_BYTES(Kind.COUNTER, "sidekey.response.bytes", "Bytes of relayed bodies.", "upstream"),
    ACTIVE_REQUESTS(
            Kind.GAUGE, "sidekey.active.requests", "Requests not yet answered whole.", "upstream"),
    OPEN_STREAMS(Kind.GAUGE, "sidekey.open.streams", "Event streams that are open.", "upstream"),
    CHALLENGES(
            Kind.COUNTER,
            "sidekey.challenges",
            "Refusals by the upstream that Sidekey took upon itself. `status`: 401 or 403.",
            "upstream",
            "status"),
    REPLAYS(
            Kind.COUNTER,
            "sidekey.replays",
            "Requests sent again, with a credential that was got meanwhile.",
            "upstream"),
    FLOWS(
            Kind.COUNTER,
            "sidekey.oauth.flows",
            "Authorizations that ended. `grant`: as configured, or what brought the credential, or"
                    + " undecided. `result`: granted or denied.",
            "upstream",
            "grant",
            "result"),
    REGISTRATIONS(
            Kind.COUNTER,
            "sidekey.dcr.registrations",
            "Dynamic client registrations (RFC 7591) and their updates. `result`: registered,"
                    + " rejected or failed.",
            "upstream",
            "result"),
    REFRESHES(
            Kind.COUNTER,
            "sidekey.oauth.refresh",
            "Refreshes. `result`: renewed, rejected (a login will be needed) or failed (tried"
                    + " again). `cause`: stale, expired or refused.",
            "upstream",
            "result",
            "cause"),
    STEP_UPS(
            Kind.COUNTER,
            "sidekey.stepup",
            "Authorizations for scopes that were missing. `result`: granted or denied.",
            "upstream",
            "result"),
    TOKEN_EXPIRY(
            Kind.SECONDS_GAUGE,
            "sidekey.token.expiry.timestamp",
            "When the held token ends, as Unix time; +Inf when unknown, NaN when none is held.",
            "upstream",
            "agent"),
    TOKEN_REFRESHABLE(
            Kind.GAUGE,
            "sidekey.token.refreshable",
            "1 while the held token can be renewed without a person.",
            "upstream",
            "agent"),
    LOGIN_REQUIRED(
            Kind.GAUGE,
            "sidekey.login.required",
            "1 while a login awaits a person.",
            "upstream",
            "agent"),
    UPSTREAM_CONNECTIONS(
            Kind.GAUGE,
            "sidekey.upstream.connections",
            "Connections to upstreams and other hosts. `state`: open (all) or idle (in the pool).",
            "state"),
    EVENT_LOOP_LAG(
            Kind.TIMER,
            "sidekey.event.loop.lag",
            "How late an event loop runs a task that is due; looked at once a second."),
    EGRESS_REFUSED(
            Kind.COUNTER,
            "sidekey.egress.refused",
            "Forward requests that the egress policy refused."),
    OPEN_TUNNELS(Kind.GAUGE, "sidekey.open.tunnels", "Blind tunnels that stand (CONNECT)."),
    DISTRUSTED(
            Kind.COUNTER,
            "sidekey.intercept.distrusted",
            "TLS handshakes of intercepted hosts that the agent broke off: it lacks the CA."),
    AGENTS_REFUSED(
            Kind.COUNTER,
            "sidekey.agents.refused",
            "Requests without the token of an agent. `status`: 403 or 407.",
            "status"),
    AUDIT_DROPPED(
            Kind.COUNTER,
            "sidekey.audit.dropped",
            "Lines of the audit that were lost: the disk was too slow, or could not be written."),
    RELOADS(
            Kind.COUNTER,
            "sidekey.config.reloads",
            "Times that the configuration was read again. `result`: applied or refused.",
            "result"),
    RELOAD_GOOD(
            Kind.GAUGE,
            "sidekey.config.last.reload.successful",
            "1 unless the configuration as it is written now was refused.");

    private static final Duration[] BOUNDS =
            Stream.of(5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000)
                    .map(Duration::ofMillis)
                    .toArray(Duration[]::new);

    private final Kind kind;
    private final String dotted;
    private final String doc;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> labels;

    /** How a meter counts. */
    private enum Kind {
        COUNTER("counter", "_total"),
        TIMER("histogram", "_seconds"),
        GAUGE("gauge", ""),
        SECONDS_GAUGE("gauge", "_seconds");

        private final String type;
        private final String suffix;

        Kind(String type, String suffix) {
            this.type = type;
            this.suffix = suffix;
        }
    }

    Meters(Kind kind, String dotted, String doc, String... labels) {
        this.kind = kind;
        this.dotted = dotted;
        this.doc = doc;
        this.labels = List.of(labels);
    }

    /** Its name in Prometheus. */
    String exposed() {
        return dotted.replace('.', '_') + kind.suffix;
    }

    /**
     * The counter for these label values, made on first use. Not for hot paths: keep what it gives.
     */
    Counter counter(MeterRegistry registry, String... values) {
        only(kind == Kind.COUNTER);
        return Counter.builder(dotted).description(doc).tags(tags(values)).register(registry);
    }

    /** The timer for these label values. */
    Timer timer(MeterRegistry registry, String... values) {
        only(kind == Kind.TIMER);
        return Timer.builder(dotted)
                .description(doc)
                .tags(tags(values))
                .serviceLevelObjectives(BOUNDS)
                .register(registry);
    }

    /** A gauge for these label values, which is asked whenever somebody looks. */
    Gauge gauge(MeterRegistry registry, DoubleSupplier value, String... values) {
        only(kind == Kind.GAUGE || kind == Kind.SECONDS_GAUGE);
        return Gauge.builder(dotted, value, DoubleSupplier::getAsDouble)
                .description(doc)
                .baseUnit(kind == Kind.SECONDS_GAUGE ? "seconds" : null)
                .tags(tags(values))
                .strongReference(true)
                .register(registry);
    }

    private void only(boolean right) {
        if (!right) {
            throw new UnsupportedOperationException(this + " is a " + kind.type);
        }
    }

    /** The names of its labels. */
    List<String> labels() {
        return labels;
    }

    private Tags tags(String... values) {
        if (values.length != labels.size()) {
            throw new IllegalArgumentException(this + " has the labels " + labels);
        }
        var tags = Tags.empty();
        for (int i = 0; i < values.length; i++) {
            tags = tags.and(labels.get(i), values[i]);
        }
        return tags;
    }

    /** One row of docs/metrics.md. */
    String row() {
        var shown = labels.isEmpty() ? "" : "`" + String.join("`, `", labels) + "`";
        return "| `%s` | %s | %s | %s |".formatted(exposed(), kind.type, shown, doc);
    }
}
