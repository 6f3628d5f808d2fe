package dev.sidekey.downstream;

import dev.sidekey.threads.Reads;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Reads requests strictly: whatever two servers could read in two ways is refused. Netty itself
 * refuses bare line feeds, bad chunks and differing lengths; folded headers and a length beside a
 * transfer coding are refused here (RFC 9112 §5.2, §6.1).
 */
final class RequestDecoder extends HttpRequestDecoder {
    private boolean inBody;
    private boolean broken;
    private boolean tunnelling;

    RequestDecoder(int longestHead) {
        super(
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(longestHead)
                        .setMaxHeaderSize(longestHead)
                        .setMaxChunkSize(Reads.MOST)
                        .setValidateHeaders(true)
                        .setAllowDuplicateContentLengths(false));
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws Exception {
        if (tunnelling) {
            // no HTTP any more: it waits here until this handler hands it on
            return;
        }
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (!inBody && hasFoldedLine(in)) {
            broken = true;
            in.skipBytes(in.readableBytes());
            var invalid = createInvalidMessage();
            var cause = new IllegalArgumentException("a header is folded over two lines");
            invalid.setDecoderResult(DecoderResult.failure(cause));
            out.add(invalid);
            return;
        }
        int before = out.size();
        super.decode(context, in, out);
        for (int i = before; i < out.size(); i++) {
            var message = out.get(i);
            if (message instanceof HttpRequest request) {
                inBody = true;
                tunnelling = request.method().equals(HttpMethod.CONNECT);
            }
            if (message instanceof LastHttpContent) {
                inBody = false;
            }
        }
    }

    /** A CONNECT was refused: what follows is HTTP again. */
    void stayHttp(ChannelHandlerContext context) {
        if (tunnelling) {
            tunnelling = false;
            // what has come already is looked at again
            context.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER);
            context.pipeline().fireChannelReadComplete();
        }
    }

    /** Looks from here to the end of the head, or of what has come of it. */
    private static boolean hasFoldedLine(ByteBuf in) {
        int end = in.writerIndex();
        int at = in.readerIndex();
        while (true) {
            int lineFeed = in.indexOf(at, end, (byte) '\n');
            if (lineFeed < 0 || lineFeed + 1 >= end) {
                return false;
            }
            byte next = in.getByte(lineFeed + 1);
            if (next == ' ' || next == '\t') {
                return true;
            }
            if (next == '\r' || next == '\n') {
                return false;
            }
            at = lineFeed + 1;
        }
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("Content-Length beside Transfer-Encoding");
    }
}
