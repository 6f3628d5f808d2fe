package dev.sidekey.downstream;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Says how a response's body ends, in what the client's version understands. */
final class Http1Framing {
    private Http1Framing() {}

    /**
     * Frames a final response.
     *
     * @param asked the request; null when none was understood
     * @param closing whether the connection ends after this response anyway
     * @return whether the connection ends after this response
     */
    static boolean apply(HttpResponse head, @Nullable HttpRequest asked, boolean closing) {
        var old = asked == null || asked.protocolVersion().equals(HttpVersion.HTTP_1_0);
        var last = closing || old || !HttpUtil.isKeepAlive(asked);
        if (old) {
            HttpUtil.setTransferEncodingChunked(head, false);
        } else if (needsFraming(head)) {
            HttpUtil.setTransferEncodingChunked(head, true);
        }
        if (last) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return last;
    }

    /** Answers an agent that waits before it sends its body (RFC 9110 §10.1.1). */
    static void letGoOn(ChannelHandlerContext client, HttpRequest head) {
        if (HttpUtil.is100ContinueExpected(head)) {
            var go = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE);
            client.writeAndFlush(go).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
    }

    private static boolean needsFraming(HttpResponse head) {
        int status = head.status().code();
        return status != 204
                && status != 304
                && !HttpUtil.isContentLengthSet(head)
                && !HttpUtil.isTransferEncodingChunked(head);
    }
}
