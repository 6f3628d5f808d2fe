package dev.sidekey.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** One connection that makes a call at a time, and tells when it is answered. */
final class Caller extends ByteToMessageDecoder {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");
    private static final byte[] END = {'\r', '\n', '\r', '\n'};

    private final ByteBuf request;
    private final Consumer<Caller> idle;
    private ChannelHandlerContext context;
    private int left;
    private boolean within;
    private boolean closed;

    /**
     * @param request its bytes
     * @param idle told when the connection is there, and after each answer
     */
    Caller(byte[] request, Consumer<Caller> idle) {
        this.request = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(request));
        this.idle = idle;
    }

    void call() {
        var _ = context.writeAndFlush(request.duplicate(), context.voidPromise());
    }

    void close() {
        closed = true;
        var _ = context.close();
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        idle.accept(this);
    }

    @Override
    protected void decode(ChannelHandlerContext at, ByteBuf in, List<Object> out) {
        if (!within) {
            int end = ByteBufUtil.indexOf(Unpooled.wrappedBuffer(END), in);
            if (end < 0) {
                return;
            }
            var head = in.readCharSequence(end - in.readerIndex() + 4, StandardCharsets.US_ASCII);
            var length = LENGTH.matcher(head);
            if (!head.toString().startsWith("HTTP/1.1 200") || !length.find()) {
                throw new IllegalStateException("answered " + head);
            }
            left = Integer.parseInt(length.group(1));
            within = true;
        }
        int some = Math.min(left, in.readableBytes());
        in.skipBytes(some);
        left -= some;
        if (left == 0) {
            within = false;
            idle.accept(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext at, Throwable cause) {
        // one that closes late may find the other side gone
        if (!closed) {
            Failures.count(cause);
        }
        var _ = at.close();
    }
}
