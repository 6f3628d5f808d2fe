package dev.sidekey.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection to an upstream: requests over streams of their own, without a channel for
 * each. Frames, HPACK, flow control and the limits are Netty's. Confined to its event loop.
 *
 * <p>What many requests write in one turn of the event loop goes out together: in few TLS records,
 * by one write to the socket.
 */
public final class Http2Requests extends Http2ConnectionHandler {
    /** So many flushes wait for the end of a turn; the next one is not put off. */
    private static final int MOST_PUT_OFF = 32;

    private final Listener listener;
    private final IntObjectMap<Http2RequestStream> streams = new IntObjectHashMap<>();

    /** Streams that were given something of the read that goes on. */
    private final List<Http2RequestStream> given = new ArrayList<>();

    private @Nullable ChannelHandlerContext context;
    private boolean reading;
    private boolean heard;
    private int putOff;

    /** Hears of the connection, on its event loop. */
    public interface Listener {

        /**
         * The upstream's settings came.
         *
         * @param mostStreams how many requests it takes at a time, where it says so
         */
        void onSettings(@Nullable Long mostStreams);

        /** No further request may begin (GOAWAY). */
        void onGoAway();
    }

    Http2Requests(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Listener listener) {
        super(decoder, encoder, settings, false, false);
        this.listener = listener;
        var frames = new Frames();
        decoder.frameListener(frames);
        connection().addListener(frames);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Exception {
        context = added;
        super.handlerAdded(added);
        connection()
                .local()
                .flowController()
                .incrementWindowSize(connection().connectionStream(), Http2Codecs.WIDENING);
        added.flush();
    }

    /** A stream for one request; nothing of it is sent before its head is. */
    public Http2RequestStream open(Http2RequestStream.Listener hears) {
        return new Http2RequestStream(this, hears);
    }

    /** Whether anything has come since this was asked last. */
    public boolean wasHeard() {
        var was = heard;
        heard = false;
        return was;
    }

    /** Asks for a sign of life. */
    public void ping() {
        encoder()
                .writePing(context(), false, System.nanoTime(), promise())
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        flush(context());
    }

    ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("a connection is used only once it stands");
        }
        return context;
    }

    ChannelPromise promise() {
        return context().newPromise();
    }

    boolean isWritable() {
        return context().channel().isWritable();
    }

    /** Begins a stream by its head; gives its number, or 0 where none can begin. */
    int begin(Http2RequestStream stream, Http2Headers head, boolean ends, ChannelPromise promise) {
        int id = connection().local().incrementAndGetNextStreamId();
        if (id < 0) {
            promise.setFailure(new IllegalStateException("the connection has no stream left"));
            listener.onGoAway();
            return 0;
        }
        streams.put(id, stream);
        var _ = encoder().writeHeaders(context(), id, head, 0, ends, promise);
        return connection().stream(id) == null && streams.remove(id) != null ? 0 : id;
    }

    /** Gives bytes of a stream's window back to the upstream. */
    void giveBack(int id, int bytes) {
        var stream = connection().stream(id);
        try {
            if (stream != null
                    && connection().local().flowController().consumeBytes(stream, bytes)) {
                flushSoon();
            }
        } catch (Http2Exception e) {
            onError(context(), true, e);
        }
    }

    /** Sends what was written, at the latest when the event loop has nothing else to read. */
    void flushSoon() {
        if (reading) {
            return;
        }
        putOff++;
        if (putOff == 1) {
            context().executor().execute(this::flushNow);
        } else if (putOff > MOST_PUT_OFF) {
            putOff = 1;
            flush(context());
        }
    }

    private void flushNow() {
        putOff = 0;
        if (!context().isRemoved()) {
            flush(context());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
        heard = true;
        reading = true;
        super.channelRead(from, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) throws Exception {
        for (var stream : given) {
            stream.onReadComplete();
        }
        given.clear();
        reading = false;
        super.channelReadComplete(from);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) throws Exception {
        super.channelWritabilityChanged(from);
        if (from.channel().isWritable()) {
            List.copyOf(streams.values()).forEach(Http2RequestStream::tellIfRoom);
        }
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext from, boolean outbound, Throwable cause, StreamException error) {
        var stream = streams.get(error.streamId());
        if (stream != null && !outbound) {
            stream.onBroken(cause);
        }
        super.onStreamError(from, outbound, cause, error);
    }

    /** What comes, after Netty has judged it. */
    private final class Frames extends Http2EventAdapter {

        @Override
        public void onHeadersRead(
                ChannelHandlerContext from,
                int id,
                Http2Headers fields,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean ends)
                throws Http2Exception {
            var stream = streams.get(id);
            if (stream != null) {
                note(stream);
                stream.onHeaders(fields, ends);
            }
        }

        private void note(Http2RequestStream stream) {
            if (stream.giveFirst()) {
                given.add(stream);
            }
        }

        @Override
        public int onDataRead(
                ChannelHandlerContext from, int id, ByteBuf data, int padding, boolean ends)
                throws Http2Exception {
            var stream = streams.get(id);
            if (stream == null) {
                return data.readableBytes() + padding;
            }
            note(stream);
            stream.onData(data, padding, ends);
            return 0;
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext from, int id, long code) {
            var stream = streams.get(id);
            if (stream != null) {
                stream.onReset(code);
            }
        }

        /** Pushes were forbidden: one that crossed our settings is refused. */
        @Override
        public void onPushPromiseRead(
                ChannelHandlerContext from,
                int id,
                int promised,
                Http2Headers fields,
                int padding) {
            var refused = from.newPromise();
            var _ = encoder().writeRstStream(from, promised, Http2Error.CANCEL.code(), refused);
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext from, Http2Settings settings) {
            listener.onSettings(settings.maxConcurrentStreams());
        }

        /** Netty closes the streams that the upstream will not serve once it was told. */
        @Override
        public void onGoAwayRead(ChannelHandlerContext from, int last, long code, ByteBuf reason) {
            listener.onGoAway();
            for (var stream : List.copyOf(streams.values())) {
                stream.onGoAway(last);
            }
        }

        @Override
        public void onStreamClosed(Http2Stream closed) {
            var stream = streams.remove(closed.id());
            if (stream != null) {
                stream.onClosed();
            }
        }
    }
}
