package dev.sidekey.exchange;

import dev.sidekey.exchange.EndpointEventRewriter.ForeignEndpoint;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes one response on, part by part. Confined to the event loop. */
final class ResponseRelay {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseRelay.class);

    private final Client client;
    private final @Nullable EndpointEventRewriter rewriter;
    private final Consumer<String> onAnnounced;
    private final boolean endless;
    private final boolean answersCall;

    private ResponseRelay(
            Client client,
            HttpMethod method,
            HttpResponse head,
            @Nullable EndpointEventRewriter rewriter,
            Consumer<String> onAnnounced) {
        this.client = client;
        this.rewriter = rewriter;
        this.onAnnounced = onAnnounced;
        this.endless = ExchangeRecord.isEventStream(head) && !HttpUtil.isContentLengthSet(head);
        this.answersCall = !method.equals(HttpMethod.GET);
    }

    /**
     * Writes the head and relays what follows.
     *
     * @param onAnnounced hears of a path that a legacy stream announces
     */
    static ResponseRelay begin(
            Client client,
            HttpMethod method,
            HttpResponse head,
            @Nullable Route legacyRoute,
            Consumer<String> onAnnounced) {
        @Nullable EndpointEventRewriter rewriter = null;
        if (legacyRoute != null && isEventStream(method, head)) {
            // the rewritten event may differ in length
            head.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
            HttpUtil.setTransferEncodingChunked(head, true);
            rewriter = new EndpointEventRewriter(legacyRoute);
        }
        client.write(head);
        return new ResponseRelay(client, method, head, rewriter, onAnnounced);
    }

    private static boolean isEventStream(HttpMethod method, HttpResponse head) {
        return method.equals(HttpMethod.GET)
                && head.status().code() == 200
                && ExchangeRecord.isEventStream(head)
                && !head.headers().contains(HttpHeaderNames.CONTENT_ENCODING);
    }

    /**
     * Passes a part on; takes ownership.
     *
     * @return whether the stream may go on; if not, the agent must see an abort
     */
    boolean relay(HttpContent part) {
        if (part instanceof LastHttpContent last) {
            HopByHopHeaders.stripTrailers(last.trailingHeaders());
        }
        if (rewriter == null) {
            client.write(part);
            return true;
        }
        try {
            rewrite(rewriter, part);
            return true;
        } catch (ForeignEndpoint e) {
            LOG.atWarn().addKeyValue("problem", e.getMessage()).log("a legacy stream was ended");
            return false;
        } finally {
            part.release();
        }
    }

    private void rewrite(EndpointEventRewriter events, HttpContent part) throws ForeignEndpoint {
        if (part.content().isReadable()) {
            passOn(events.rewrite(part.content().retain()));
            var path = events.announced();
            if (path != null) {
                onAnnounced.accept(path);
            }
        }
        if (part instanceof LastHttpContent) {
            passOn(events.rest());
            client.write(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    private void passOn(@Nullable ByteBuf bytes) {
        if (bytes == null) {
            return;
        }
        if (bytes.refCnt() > 0 && bytes.isReadable()) {
            client.write(new DefaultHttpContent(bytes));
        } else if (bytes.refCnt() > 0) {
            bytes.release();
        }
    }

    /**
     * Ends an event stream before the upstream does, as a whole message: its reader resumes
     * elsewhere. One that answers a call is given all the time there is.
     *
     * @param over whether the time for calls is over
     * @return whether it has ended
     */
    boolean endEarly(boolean over) {
        var ends = endless && (over || !answersCall);
        if (ends) {
            client.write(LastHttpContent.EMPTY_LAST_CONTENT);
            client.flush();
        }
        return ends;
    }

    /** Lets go of what is held, when the exchange ends before the response. */
    void release() {
        if (rewriter != null) {
            rewriter.release();
        }
    }
}
