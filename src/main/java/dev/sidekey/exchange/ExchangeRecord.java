package dev.sidekey.exchange;

import dev.sidekey.telemetry.UpstreamMeters;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;

/**
 * What one exchange leaves for operators. Confined to the event loop; a part of a body costs one
 * addition, all else is told once an exchange.
 */
final class ExchangeRecord {
    private final UpstreamMeters meters;
    private final long began = System.nanoTime();
    private long requestBytes;
    private long responseBytes;
    private int status;
    private boolean challenged;
    private boolean stream;
    private boolean over;

    ExchangeRecord(UpstreamMeters meters) {
        this.meters = meters;
        meters.began();
    }

    void onRequestPart(HttpContent part) {
        requestBytes += part.content().readableBytes();
    }

    /** A refusal that Sidekey takes upon itself. */
    void onChallenge(int refused) {
        challenged = true;
        meters.challenged(refused);
    }

    /** The request is sent, perhaps not for the first time. */
    void onSend() {
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

    /** The agent gets an answer of Sidekey's own. */
    void answered(HttpResponse head) {
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
    }
}
