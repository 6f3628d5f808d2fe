package dev.sidekey.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Maps the address in the first {@code endpoint} event of a legacy stream to Sidekey's own (2.4):
 * clients refuse one of another origin. Everything else of the stream stays as it is, byte for
 * byte.
 */
final class EndpointEventRewriter {
    private static final int LONGEST_START = 16 * 1024;

    private final Route route;
    private final ByteBuf held = Unpooled.buffer(256);
    private boolean done;
    private @Nullable String announced;

    EndpointEventRewriter(Route route) {
        this.route = route;
    }

    /** The upstream named an endpoint at another origin: a token would leak there. */
    static final class ForeignEndpoint extends Exception {
        private static final long serialVersionUID = 1L;

        ForeignEndpoint(String message) {
            super(message, null, false, false);
        }
    }

    /** The path that was announced; null when none was. */
    @Nullable String announced() {
        return announced;
    }

    /**
     * What to pass on in place of a part of the stream; takes ownership, and so does the caller of
     * the result. Null while the first event is not complete; comments before it are passed on,
     * since they are how a server keeps an idle stream alive.
     */
    @Nullable ByteBuf rewrite(ByteBuf part) throws ForeignEndpoint {
        if (done) {
            return part;
        }
        held.writeBytes(part);
        part.release();
        // one character a byte: what is not rewritten comes out as it went in
        var text = held.toString(StandardCharsets.ISO_8859_1);
        int from = 0;
        while (true) {
            var event = EndpointEvent.first(text, from);
            if (event == null) {
                return held.readableBytes() > LONGEST_START ? passOn(text) : comments(text, from);
            }
            if (event.isEvent()) {
                var endpoint = event.endpoint();
                return passOn(endpoint == null ? text : rewritten(text, from, event, endpoint));
            }
            from += event.length();
        }
    }

    private @Nullable ByteBuf comments(String text, int length) {
        if (length == 0) {
            return null;
        }
        held.skipBytes(length).discardReadBytes();
        return Unpooled.copiedBuffer(text.substring(0, length), StandardCharsets.ISO_8859_1);
    }

    /** What is still held when the stream ends. */
    ByteBuf rest() {
        done = true;
        return held;
    }

    private ByteBuf passOn(String text) {
        done = true;
        held.release();
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private String rewritten(String text, int from, EndpointEvent event, String endpoint)
            throws ForeignEndpoint {
        var path = ResponseHeaders.pathAtOrigin(endpoint, route);
        if (path == null) {
            throw new ForeignEndpoint(
                    "the upstream announced an endpoint that is not at its own origin "
                            + route.origin());
        }
        announced = path;
        if (!route.isReverse()) {
            return text;
        }
        return text.substring(0, from)
                + event.withData(route.prefix() + path)
                + text.substring(from + event.length());
    }

    void release() {
        if (!done) {
            done = true;
            held.release();
        }
    }
}
