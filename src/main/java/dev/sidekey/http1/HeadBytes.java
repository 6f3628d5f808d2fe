package dev.sidekey.http1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of one head on their way into a buffer. Gathered in an array first, since each write
 * into a buffer costs about as much as a whole header does; one array a thread, used again.
 */
final class HeadBytes {
    private static final int FIRST_SIZE = 4096;
    private static final int LARGEST_KEPT = 16 * 1024;

    private static final FastThreadLocal<HeadBytes> OF_THREAD =
            new FastThreadLocal<>() {
                @Override
                protected HeadBytes initialValue() {
                    return new HeadBytes();
                }
            };

    private byte[] bytes = new byte[FIRST_SIZE];
    private int length;

    private HeadBytes() {}

    /** This thread's own, empty; good until the next one asks for it. */
    static HeadBytes empty() {
        var head = OF_THREAD.get();
        head.length = 0;
        if (head.bytes.length > LARGEST_KEPT) {
            head.bytes = new byte[FIRST_SIZE];
        }
        return head;
    }

    HeadBytes add(byte one) {
        ensure(1);
        bytes[length++] = one;
        return this;
    }

    HeadBytes add(byte[] many) {
        ensure(many.length);
        System.arraycopy(many, 0, bytes, length, many.length);
        length += many.length;
        return this;
    }

    /** A char above 255 becomes a question mark: its low byte might end the line. */
    HeadBytes add(CharSequence text) {
        return text instanceof AsciiString ascii
                ? add(ascii)
                : add(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    HeadBytes add(AsciiString ascii) {
        int many = ascii.length();
        ensure(many);
        System.arraycopy(ascii.array(), ascii.arrayOffset(), bytes, length, many);
        length += many;
        return this;
    }

    /** All that can be read, which is left unread. */
    HeadBytes add(ByteBuf buffer) {
        int many = buffer.readableBytes();
        ensure(many);
        buffer.getBytes(buffer.readerIndex(), bytes, length, many);
        length += many;
        return this;
    }

    HeadBytes crlf() {
        ensure(2);
        bytes[length++] = '\r';
        bytes[length++] = '\n';
        return this;
    }

    /** Each header, and the empty line that ends them. */
    HeadBytes add(HttpHeaders headers) {
        var all = headers.iteratorCharSequence();
        while (all.hasNext()) {
            var header = all.next();
            add(header.getKey()).add((byte) ':').add((byte) ' ').add(header.getValue()).crlf();
        }
        return crlf();
    }

    int length() {
        return length;
    }

    void writeTo(ByteBuf buffer) {
        buffer.writeBytes(bytes, 0, length);
    }

    private void ensure(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
