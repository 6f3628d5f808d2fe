package dev.sidekey.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages in as few buffers as it can: a head and a small body, or an event with the frame
 * of its chunk, leave in one (ADR 0024). What is written with a void promise is held until more is
 * written than fits beside it, or until the flush; any other promise hears of its own message's
 * bytes. A large part of a body is passed on as it is, not copied. Confined to its event loop.
 */
abstract sealed class Http1Encoder extends ChannelOutboundHandlerAdapter
        permits RequestEncoder, ResponseEncoder {
    /** What is copied at most: more costs more than a buffer of its own to write. */
    private static final int LARGEST_COPY = 2048;

    /** Behind a head, for a small body. */
    private static final int ROOM = 1024;

    /** Eight digits of length, the end of their line, of the bytes, and of the chunk before. */
    private static final int FRAME = 8 + 2 + 2 + 2;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private enum Body {
        NONE,
        BY_LENGTH,
        CHUNKED
    }

    private Body body = Body.BY_LENGTH;
    private @Nullable ByteBuf held;

    /** Adds the head's first line, without its end; and corrects headers that contradict it. */
    abstract void begin(HttpMessage head, HeadBytes bytes);

    /** Whether a body follows the head that was begun. */
    abstract boolean hasBody();

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof HttpObject)) {
            writeHeld(context, context.voidPromise());
            var _ = context.write(message, promise);
            return;
        }
        if (message instanceof HttpMessage head) {
            writeHead(context, head);
        }
        if (!(message instanceof HttpContent part)) {
            settle(context, promise);
        } else if (body == Body.NONE) {
            part.release();
            settle(context, promise);
        } else if (body == Body.BY_LENGTH) {
            writeRaw(context, part.content(), promise);
        } else {
            writeChunk(context, part, promise);
        }
    }

    private void writeHead(ChannelHandlerContext context, HttpMessage head) {
        var bytes = HeadBytes.empty();
        begin(head, bytes);
        bytes.crlf().add(head.headers());
        if (!hasBody()) {
            body = Body.NONE;
        } else {
            body = HttpUtil.isTransferEncodingChunked(head) ? Body.CHUNKED : Body.BY_LENGTH;
        }
        bytes.writeTo(room(context, bytes.length(), ROOM));
    }

    /** Bytes as they are; takes them over. */
    private void writeRaw(ChannelHandlerContext context, ByteBuf bytes, ChannelPromise promise) {
        var before = held;
        if (before != null && fits(bytes, before)) {
            copy(bytes, before);
            settle(context, promise);
        } else if (bytes.isReadable()) {
            writeHeld(context, context.voidPromise());
            var _ = context.write(bytes, promise);
        } else {
            bytes.release();
            settle(context, promise);
        }
    }

    /** An empty part is no chunk: that would be the last one. */
    private void writeChunk(
            ChannelHandlerContext context, HttpContent part, ChannelPromise promise) {
        var bytes = part.content();
        int length = bytes.readableBytes();
        if (length == 0) {
            bytes.release();
        } else if (length <= LARGEST_COPY) {
            var frame = room(context, FRAME + length, 0);
            addSize(length, frame);
            copy(bytes, frame);
            addLineEnd(frame);
        } else {
            addSize(length, room(context, FRAME, 0));
            writeHeld(context, context.voidPromise());
            var _ = context.write(bytes, context.voidPromise());
            addLineEnd(room(context, FRAME, FRAME));
        }
        if (part instanceof LastHttpContent last) {
            var end = HeadBytes.empty().add((byte) '0').crlf().add(last.trailingHeaders());
            end.writeTo(room(context, end.length(), 0));
        }
        settle(context, promise);
    }

    /** A promise of its own is kept at once; a void one can wait for the flush. */
    private void settle(ChannelHandlerContext context, ChannelPromise promise) {
        if (promise.isVoid()) {
            return;
        }
        if (held == null) {
            var _ = context.write(Unpooled.EMPTY_BUFFER, promise);
        } else {
            writeHeld(context, promise);
        }
    }

    private void writeHeld(ChannelHandlerContext context, ChannelPromise promise) {
        var bytes = held;
        if (bytes != null) {
            held = null;
            var _ = context.write(bytes, promise);
        }
    }

    /** Where so many bytes can be added; what is held already goes first if they do not fit. */
    private ByteBuf room(ChannelHandlerContext context, int bytes, int more) {
        var before = held;
        if (before != null && before.writableBytes() >= bytes) {
            return before;
        }
        writeHeld(context, context.voidPromise());
        var fresh = context.alloc().directBuffer(bytes + more);
        held = fresh;
        return fresh;
    }

    private static boolean fits(ByteBuf bytes, ByteBuf into) {
        int length = bytes.readableBytes();
        return length <= LARGEST_COPY && length <= into.writableBytes();
    }

    private static void copy(ByteBuf bytes, ByteBuf into) {
        // by way of an array: a pooled buffer makes an object for each copy out of another buffer
        HeadBytes.empty().add(bytes).writeTo(into);
        bytes.release();
    }

    private static void addSize(int length, ByteBuf into) {
        int digits = (35 - Integer.numberOfLeadingZeros(length)) / 4;
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            into.writeByte(HEX[length >>> shift & 15]);
        }
        addLineEnd(into);
    }

    private static void addLineEnd(ByteBuf into) {
        into.writeShort('\r' << 8 | '\n');
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        writeHeld(context, context.voidPromise());
        context.flush();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (context.channel().isActive()) {
            writeHeld(context, context.voidPromise());
        } else {
            ReferenceCountUtil.release(held);
            held = null;
        }
    }
}
