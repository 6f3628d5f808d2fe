package dev.sidekey.upstream;

import dev.sidekey.threads.Reads;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;

/**
 * Reads responses, knowing what was asked: a HEAD has no body. Unlike Netty's client codec it tells
 * whether bytes are left over after a response, which must never become the next one's answer.
 */
final class ResponseDecoder extends HttpResponseDecoder {
    private HttpMethod asked = HttpMethod.GET;

    ResponseDecoder(int longestHead) {
        super(
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(longestHead)
                        .setMaxHeaderSize(longestHead)
                        .setMaxChunkSize(Reads.MOST)
                        .setValidateHeaders(true));
    }

    /**
     * Two framings of one body are how responses are split (RFC 9112 §6.3): neither is believed.
     */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }

    /** Notes the method of the request under way. */
    void asked(HttpMethod method) {
        asked = method;
    }

    /** Whether bytes came that belong to no response so far. */
    boolean hasSurplus() {
        return actualReadableBytes() > 0;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        // Netty still awaits a body after the 101 of a WebSocket draft of 2010
        var switches = message instanceof HttpResponse head && head.status().code() == 101;
        return switches || asked.equals(HttpMethod.HEAD) || super.isContentAlwaysEmpty(message);
    }
}
