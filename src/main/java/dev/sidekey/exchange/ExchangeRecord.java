package dev.sidekey.exchange;

import dev.sidekey.authorization.BearerCredential;
import dev.sidekey.authorization.Call;
import dev.sidekey.telemetry.Audit;
import dev.sidekey.telemetry.Trace;
import dev.sidekey.telemetry.UpstreamMeters;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one exchange leaves for operators. Confined to the event loop; a part of a body costs one
 * addition, all else is told once an exchange.
 */
final class ExchangeRecord {
    private final UpstreamMeters meters;
    private final @Nullable Trace trace;
    private final Audit audit;
    private final @Nullable Call call;
    private final long began = System.nanoTime();
    private long requestBytes;
    private long responseBytes;
    private int status;
    private boolean challenged;
    private boolean stream;
    private boolean over;
    private @Nullable BearerCredential shown;
    private @Nullable String reason;

    /**
     * @param trace null when nobody traces
     * @param call null where Sidekey does not act, which is of no interest to auditors
     */
    ExchangeRecord(UpstreamMeters meters, @Nullable Trace trace, Audit audit, @Nullable Call call) {
        this.meters = meters;
        this.trace = trace;
        this.audit = audit;
        this.call = call;
        meters.began();
    }

    void onRequestPart(HttpContent part) {
        requestBytes += part.content().readableBytes();
    }

    /** A refusal that Sidekey takes upon itself. */
    void onChallenge(int refused) {
        challenged = true;
        if (trace != null) {
            trace.event("challenged " + refused);
        }
        meters.challenged(refused);
    }

    /** Asks for an authorization, whose steps belong to this exchange's trace. */
    <T> T during(Supplier<T> work) {
        return trace == null ? work.get() : trace.during(work);
    }

    /** The request is sent, perhaps not for the first time. */
    void onSend(@Nullable BearerCredential credential, HttpRequest head) {
        shown = credential;
        if (trace != null) {
            trace.carry(head.headers()::set);
        }
        if (challenged) {
            challenged = false;
            meters.replayed();
        }
    }

    /** The head that the agent gets. */
    void onHead(HttpResponse head) {
        status = head.status().code();
        stream = isEventStream(head);
        if (stream) {
            meters.streamBegan();
        }
    }

    static boolean isEventStream(HttpResponse head) {
        var type = head.headers().get(HttpHeaderNames.CONTENT_TYPE);
        return type != null && type.regionMatches(true, 0, "text/event-stream", 0, 17);
    }

    void onResponsePart(HttpContent part) {
        responseBytes += part.content().readableBytes();
    }

    /** The agent has its whole answer. */
    void complete() {
        close(status);
    }

    /** The agent gets an answer of Sidekey's own; because of that trouble, or of a broken wire. */
    void answered(HttpResponse head, @Nullable Trouble trouble) {
        reason = trouble == null ? "upstream_failed" : trouble.reason();
        onHead(head);
        complete();
    }

    /** The exchange ends without one, unless it is over already. */
    void abandon() {
        close(0);
    }

    private void close(int outcome) {
        if (over) {
            return;
        }
        over = true;
        if (stream) {
            meters.streamEnded();
        }
        meters.relayed(requestBytes, responseBytes);
        meters.ended(outcome, System.nanoTime() - began);
        if (trace != null) {
            trace.end(outcome);
        }
        if (call != null && audit.isKept()) {
            audit.add(line(call, outcome));
        }
    }

    private Audit.Line line(Call of, int outcome) {
        return new Audit.Line(
                Instant.now(),
                of.principal().name(),
                of.upstreamName(),
                of.method(),
                decision(outcome),
                shown == null ? null : shown.used(),
                outcome);
    }

    private String decision(int outcome) {
        if (reason != null) {
            return reason;
        }
        return switch (outcome) {
            case 0 -> "aborted";
            case 401, 403 -> "refused";
            default -> shown == null ? "anonymous" : "authorized";
        };
    }
}
