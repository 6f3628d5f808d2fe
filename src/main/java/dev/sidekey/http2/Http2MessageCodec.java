package dev.sidekey.http2;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an agent's HTTP/2 connection as HTTP objects. A head waits for what follows it, at
 * most until the next flush, so that a response without a body is one frame. A malformed request
 * resets the stream. Whoever writes hears of it by the promise given, not by what Netty returns
 * beside it.
 */
public final class Http2MessageCodec extends ChannelDuplexHandler {
    private @Nullable Http2Headers waiting;
    private @Nullable ChannelPromise waitingPromise;
    private boolean interim;
    private boolean headRead;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Http2HeadersFrame frame) {
            try {
                onHeaders(context, frame.headers(), frame.isEndStream());
            } catch (IllegalArgumentException e) {
                malformed(context);
            }
        } else if (message instanceof Http2DataFrame frame && !headRead) {
            frame.release();
            malformed(context);
        } else if (message instanceof Http2DataFrame frame) {
            context.fireChannelRead(
                    frame.isEndStream()
                            ? new DefaultLastHttpContent(frame.content())
                            : new DefaultHttpContent(frame.content()));
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void onHeaders(ChannelHandlerContext context, Http2Headers fields, boolean ends) {
        if (headRead) {
            if (!ends) {
                throw new IllegalArgumentException("trailers end the stream");
            }
            var last = new DefaultLastHttpContent();
            last.trailingHeaders().set(Http2Heads.trailers(fields));
            context.fireChannelRead(last);
            return;
        }
        var head = Http2Heads.request(fields, ends);
        headRead = true;
        context.fireChannelRead(head);
        if (ends) {
            context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    private static void malformed(ChannelHandlerContext context) {
        context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.PROTOCOL_ERROR))
                .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse head) {
            writeHead(
                    context, head, message instanceof HttpContent ? context.newPromise() : promise);
        }
        if (message instanceof HttpContent content) {
            writeContent(context, content, promise);
        } else if (!(message instanceof HttpResponse)) {
            var _ = context.write(message, promise);
        }
    }

    private void writeHead(
            ChannelHandlerContext context, HttpResponse head, ChannelPromise promise) {
        var fields = Http2Heads.of(head);
        if (head.status().code() < 200) {
            // HTTP/1.1 needs an end after it, HTTP/2 must not have one
            interim = true;
            var _ = context.write(new DefaultHttp2HeadersFrame(fields, false), promise);
            return;
        }
        waiting = fields;
        waitingPromise = promise;
    }

    private void writeContent(
            ChannelHandlerContext context, HttpContent content, ChannelPromise promise) {
        var last = content instanceof LastHttpContent ends ? ends : null;
        if (interim && last != null) {
            interim = false;
            content.release();
            promise.setSuccess();
            return;
        }
        var empty = !content.content().isReadable();
        if (last == null || !empty || !last.trailingHeaders().isEmpty()) {
            var _ = writeWaiting(context, false);
            writeParts(context, content, last, promise);
        } else if (waiting != null) {
            content.release();
            writeWaiting(context, true).addListener(sent(promise));
        } else {
            var _ = context.write(new DefaultHttp2DataFrame(content.content(), true), promise);
        }
    }

    private static void writeParts(
            ChannelHandlerContext context,
            HttpContent content,
            @Nullable LastHttpContent last,
            ChannelPromise promise) {
        var trailers = last == null || last.trailingHeaders().isEmpty() ? null : last;
        var data = new DefaultHttp2DataFrame(content.content(), last != null && trailers == null);
        if (trailers == null) {
            var _ = context.write(data, promise);
            return;
        }
        context.write(data).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        var fields = Http2Heads.ofTrailers(trailers.trailingHeaders());
        var _ = context.write(new DefaultHttp2HeadersFrame(fields, true), promise);
    }

    private ChannelFuture writeWaiting(ChannelHandlerContext context, boolean ends) {
        var fields = waiting;
        var promise = waitingPromise;
        waiting = null;
        waitingPromise = null;
        return fields == null || promise == null
                ? context.newSucceededFuture()
                : context.write(new DefaultHttp2HeadersFrame(fields, ends), promise);
    }

    private static ChannelFutureListener sent(ChannelPromise promise) {
        return future -> {
            if (future.isSuccess()) {
                promise.trySuccess();
            } else {
                promise.tryFailure(future.cause());
            }
        };
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        var _ = writeWaiting(context, false);
        context.flush();
    }
}
