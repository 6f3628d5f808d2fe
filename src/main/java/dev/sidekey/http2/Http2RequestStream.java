package dev.sidekey.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response over HTTP/2, as HTTP objects. A head waits for what follows it, at
 * most until the next flush, so that a request without a body is one frame. A response that is
 * malformed resets the stream. Confined to its event loop.
 */
public final class Http2RequestStream {
    /** Above so much unsent there is no room; below the other there is again. */
    private static final int HIGH = 64 * 1024;

    private static final int LOW = 32 * 1024;

    /** Only TLS agrees on HTTP/2. */
    private static final AsciiString SCHEME = AsciiString.cached("https");

    private final Http2Requests connection;
    private final Listener listener;
    private int id;
    private @Nullable Http2Headers waiting;
    private @Nullable ChannelPromise waitingPromise;
    private boolean waitsForBody;
    private boolean headRead;
    private boolean closed;
    private boolean full;
    private boolean given;
    private int unsent;
    private int untaken;

    /** Hears what comes, on the event loop. */
    public interface Listener {

        /** A head, or a part of the body: as much as the stream's window lets come. */
        void onMessage(HttpObject message);

        /** All that was read from the socket was given. */
        void onReadComplete();

        /** There is room to write again. */
        void onWritable();

        /** The upstream ends the stream before its time. */
        void onReset(long code);

        /** The upstream goes away, and did not begin with this request. */
        void onRefused();

        /** The upstream breaks the protocol, and is told so. */
        void onBroken(Throwable cause);

        /** The stream is over, on both sides or by any of the above; the last event. */
        void onClosed();
    }

    Http2RequestStream(Http2Requests connection, Listener listener) {
        this.connection = connection;
        this.listener = listener;
    }

    /** Writes the head, or a part of the body. Takes ownership. */
    public ChannelFuture write(HttpObject message) {
        var promise = connection.promise();
        if (message instanceof HttpRequest head) {
            waiting = Http2Heads.of(head, SCHEME);
            waitingPromise = promise;
            // without a length and a coding there is no body: its end is all that will come
            waitsForBody =
                    !HttpUtil.isTransferEncodingChunked(head)
                            && !head.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
        } else {
            writeContent((HttpContent) message, promise);
        }
        return promise;
    }

    private void writeContent(HttpContent content, ChannelPromise promise) {
        var last = content instanceof LastHttpContent ends ? ends : null;
        var trailers = last == null || last.trailingHeaders().isEmpty() ? null : last;
        var ends = last != null && trailers == null;
        if (ends && waiting != null && !content.content().isReadable()) {
            content.release();
            // the two are one frame: whoever wrote the end hears of it
            waitingPromise = promise;
            writeWaiting(true);
            return;
        }
        writeWaiting(false);
        if (closed || id == 0) {
            content.release();
            promise.tryFailure(new ClosedChannelException());
        } else if (trailers == null) {
            writeData(content.content(), ends, promise);
        } else {
            writeData(content.content(), false, connection.promise());
            var fields = Http2Heads.ofTrailers(trailers.trailingHeaders());
            var _ =
                    connection
                            .encoder()
                            .writeHeaders(connection.context(), id, fields, 0, true, promise);
        }
    }

    private void writeData(ByteBuf data, boolean ends, ChannelPromise promise) {
        int bytes = data.readableBytes();
        unsent += bytes;
        full |= unsent > HIGH;
        promise.addListener(_ -> {
            unsent -= bytes;
            tellIfRoom();
        });
        var _ = connection.encoder().writeData(connection.context(), id, data, 0, ends, promise);
    }

    private void writeWaiting(boolean ends) {
        var fields = waiting;
        var promise = waitingPromise;
        waiting = null;
        waitingPromise = null;
        if (fields == null || promise == null) {
            return;
        }
        if (closed) {
            promise.setFailure(new ClosedChannelException());
            return;
        }
        id = connection.begin(this, fields, ends, promise);
        if (id == 0) {
            onClosed();
        }
    }

    /** Sends what was written, together with what others write just now. */
    public void flush() {
        if (!waitsForBody) {
            writeWaiting(false);
        }
        connection.flushSoon();
    }

    /** Whether more may be written now. */
    public boolean isWritable() {
        return !closed && !full;
    }

    void tellIfRoom() {
        if (full && unsent < LOW && connection.isWritable()) {
            full = false;
            if (!closed) {
                listener.onWritable();
            }
        }
    }

    /** Says that what came is taken, and that as much again may come. */
    public void read() {
        int bytes = untaken;
        untaken = 0;
        if (bytes > 0 && !closed) {
            connection.giveBack(id, bytes);
        }
    }

    /** Ends the stream at once; nothing is said to an upstream that has heard nothing of it. */
    public void reset(Http2Error error) {
        if (closed) {
            return;
        }
        if (id == 0) {
            waiting = null;
            waitingPromise = null;
            onClosed();
            return;
        }
        var sent = connection.promise();
        var _ = connection.encoder().writeRstStream(connection.context(), id, error.code(), sent);
        connection.flushSoon();
    }

    void onHeaders(Http2Headers fields, boolean ends) throws Http2Exception {
        try {
            if (headRead) {
                give(trailers(fields, ends));
                return;
            }
            var head = Http2Heads.response(fields);
            headRead = head.status().code() >= 200;
            if (!headRead && ends) {
                throw new IllegalArgumentException("an interim response does not end the stream");
            }
            give(head);
        } catch (IllegalArgumentException e) {
            throw malformed(e.getMessage());
        }
        if (ends) {
            give(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    private static LastHttpContent trailers(Http2Headers fields, boolean ends) {
        if (!ends) {
            throw new IllegalArgumentException("trailers end the stream");
        }
        var last = new DefaultLastHttpContent();
        last.trailingHeaders().set(Http2Heads.trailers(fields));
        return last;
    }

    void onData(ByteBuf data, int padding, boolean ends) throws Http2Exception {
        if (!headRead) {
            throw malformed("a body comes before its head");
        }
        untaken += data.readableBytes() + padding;
        var content = data.retain();
        give(ends ? new DefaultLastHttpContent(content) : new DefaultHttpContent(content));
    }

    private Http2Exception malformed(@Nullable String what) {
        return Http2Exception.streamError(id, Http2Error.PROTOCOL_ERROR, "%s", what);
    }

    /** Whatever goes wrong with one call ends no other. */
    private void give(HttpObject message) throws Http2Exception {
        try {
            listener.onMessage(message);
        } catch (RuntimeException e) {
            throw Http2Exception.streamError(id, Http2Error.INTERNAL_ERROR, e, "%s", e);
        }
    }

    /** Notes that it is given something; whether it is the first of a read. */
    boolean giveFirst() {
        var first = !given;
        given = true;
        return first;
    }

    void onReadComplete() {
        given = false;
        if (!closed) {
            listener.onReadComplete();
        }
    }

    void onReset(long code) {
        listener.onReset(code);
    }

    void onGoAway(int last) {
        if (id > last) {
            listener.onRefused();
        }
    }

    void onBroken(Throwable cause) {
        listener.onBroken(cause);
    }

    void onClosed() {
        if (!closed) {
            closed = true;
            listener.onClosed();
        }
    }
}
