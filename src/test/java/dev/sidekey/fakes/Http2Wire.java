package dev.sidekey.fakes;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** One end of an HTTP/2 connection (RFC 9113) whose every frame the test says. Blocking. */
public final class Http2Wire implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PUSH_PROMISE = 5;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

    /** A frame as it came. */
    @SuppressWarnings("ArrayRecordComponent") // frames are never compared
    public record Frame(int type, int flags, int stream, byte[] payload) {

        public boolean endsStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        public boolean is(int wanted, int on) {
            return type == wanted && stream == on;
        }

        /** The number at a place: an error code, a last stream, an increment. */
        public int number(int at) {
            return Unpooled.wrappedBuffer(payload).getInt(at);
        }
    }

    /** Speaks over a connection, after its TLS. */
    public Http2Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new DataOutputStream(socket.getOutputStream());
    }

    /** What a client begins with. */
    public Http2Wire beginAsClient(int... settings) throws IOException {
        out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
        return settings(settings);
    }

    /** What a server begins with: reads the client's preface. */
    public Http2Wire beginAsServer(int... settings) throws IOException {
        readPreface();
        return settings(settings);
    }

    public void readPreface() throws IOException {
        var read = in.readNBytes(PREFACE.length());
        if (!new String(read, StandardCharsets.US_ASCII).equals(PREFACE)) {
            throw new IOException("no preface of HTTP/2");
        }
    }

    /** Pairs of identifier and value. */
    public Http2Wire settings(int... pairs) throws IOException {
        var payload = Unpooled.buffer();
        for (int i = 0; i < pairs.length; i += 2) {
            payload.writeShort(pairs[i]).writeInt(pairs[i + 1]);
        }
        return write(SETTINGS, 0, 0, ByteBufUtil.getBytes(payload));
    }

    /** One frame, of whatever length and sense. */
    public Http2Wire write(int type, int flags, int stream, byte... payload) throws IOException {
        var frame = Unpooled.buffer(9 + payload.length);
        frame.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream);
        out.write(ByteBufUtil.getBytes(frame.writeBytes(payload)));
        out.flush();
        return this;
    }

    /** The same frame many times, as fast as can be. */
    public Http2Wire flood(int times, int type, int flags, int stream, byte... payload)
            throws IOException {
        var frames = Unpooled.buffer((9 + payload.length) * times);
        for (int i = 0; i < times; i++) {
            frames.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream);
            frames.writeBytes(payload);
        }
        out.write(ByteBufUtil.getBytes(frames));
        out.flush();
        return this;
    }

    /** A frame whose payload is a number. */
    public Http2Wire number(int type, int stream, int number) throws IOException {
        return write(type, 0, stream, ByteBufUtil.getBytes(Unpooled.buffer(4).writeInt(number)));
    }

    public Http2Wire goAway(int lastStream) throws IOException {
        var payload = Unpooled.buffer(8).writeInt(lastStream).writeInt(0);
        return write(GOAWAY, 0, 0, ByteBufUtil.getBytes(payload));
    }

    public Http2Wire data(int stream, boolean ends, String text) throws IOException {
        return write(
                DATA, ends ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Names and values in turn. */
    public Http2Wire headers(int stream, boolean ends, String... fields) throws IOException {
        return write(
                HEADERS, END_HEADERS | (ends ? END_STREAM : 0), stream, encode(stream, fields));
    }

    /** A block of fields, for frames of the test's own. */
    public byte[] encode(int stream, String... fields) throws IOException {
        var headers = new DefaultHttp2Headers(false);
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], fields[i + 1]);
        }
        var block = Unpooled.buffer();
        try {
            encoder.encodeHeaders(stream, headers, block);
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
        return ByteBufUtil.getBytes(block);
    }

    /** The fields of a HEADERS frame without padding and priority. */
    public Http2Headers decode(Frame frame) throws IOException {
        try {
            return decoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()));
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
    }

    /** The next frame, of which settings and pings are acknowledged. */
    public Frame read() throws IOException {
        int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        var payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException("the connection ended within a frame");
        }
        var frame = new Frame(type, flags, stream, payload);
        if ((type == SETTINGS || type == PING) && (flags & ACK) == 0) {
            write(type, ACK, 0, type == PING ? payload : new byte[0]);
        }
        return frame;
    }

    /** Reads on until a frame is the one. */
    public Frame await(Predicate<Frame> wanted) throws IOException {
        while (true) {
            var frame = read();
            if (wanted.test(frame)) {
                return frame;
            }
            if (frame.type() == HEADERS) {
                // the table of fields goes on
                var _ = decode(frame);
            }
        }
    }

    /** The status of a stream's response. */
    public String status(int stream) throws IOException {
        var fields = decode(await(frame -> frame.is(HEADERS, stream)));
        return String.valueOf(fields.status());
    }

    /** What is left of a stream, to its end. */
    public String body(int stream) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            var frame = await(one -> one.stream() == stream);
            if (frame.type() == RST_STREAM) {
                throw new IOException("reset: " + frame.number(0));
            }
            if (frame.type() == DATA) {
                body.writeBytes(frame.payload());
            }
            if (frame.endsStream()) {
                return body.toString(StandardCharsets.ISO_8859_1);
            }
        }
    }

    /** Whether the other end closes, whatever it says before. */
    public boolean ends() throws IOException {
        try {
            while (true) {
                var _ = read();
            }
        } catch (EOFException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
