package dev.sidekey.exchange;

import dev.sidekey.upstream.Attempt;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The request body as far as it has come, kept so that the very same bytes can be sent again; up to
 * a limit, and only until the upstream has answered (2.2 rule 2). Confined to the event loop.
 */
final class ReplayableBody {
    private final long limit;
    private final List<Kept> parts = new ArrayList<>(2);
    private long bytes;
    private boolean whole;
    private boolean lost;

    /** Bytes with a position of their own, and the trailers of the last part. */
    private record Kept(ByteBuf bytes, @Nullable HttpHeaders trailers) {
        Kept(HttpContent part) {
            var trailers = part instanceof LastHttpContent last ? last.trailingHeaders() : null;
            this(part.content().retainedDuplicate(), trailers);
        }

        HttpContent copy() {
            var own = bytes.retainedDuplicate();
            return trailers == null
                    ? new DefaultHttpContent(own)
                    : new DefaultLastHttpContent(own, trailers);
        }
    }

    ReplayableBody(long limit) {
        this.limit = limit;
    }

    /**
     * Takes out of a part what may not go on, and keeps it beside whoever else has it; past the
     * limit, keeps nothing any more.
     */
    void add(HttpContent part) {
        if (part instanceof LastHttpContent last) {
            whole = true;
            HopByHopHeaders.stripTrailers(last.trailingHeaders());
        }
        if (lost) {
            return;
        }
        bytes += part.content().readableBytes();
        if (bytes > limit) {
            release();
        } else {
            parts.add(new Kept(part));
        }
    }

    /**
     * Asks the client for the next part, as long as somebody takes it; then for its hang-up. What
     * was written goes out, unless more comes at once: a small request is to be one write.
     */
    void askFor(Client client, Attempt attempt) {
        if (!client.isReading()) {
            attempt.flush();
        }
        if (whole) {
            client.watchForHangUp();
        } else if (hasRoom() || attempt.isWritable()) {
            client.read();
        }
    }

    /** Whether the last part has come. */
    boolean isWhole() {
        return whole;
    }

    /** Whether everything that has come can be sent again. */
    boolean isReplayable() {
        return !lost;
    }

    /** Whether more would still be kept. */
    boolean hasRoom() {
        return !lost && bytes < limit;
    }

    /** Gives a copy of each part, which the receiver owns. */
    void replay(Consumer<HttpContent> receiver) {
        // by index, here and below: each call passes, and an iterator is garbage
        for (int i = 0; i < parts.size(); i++) {
            receiver.accept(parts.get(i).copy());
        }
    }

    /** The whole body; null when it is not here or too long. */
    byte @Nullable [] bytes() {
        if (lost || !whole) {
            return null;
        }
        var all = new ByteArrayOutputStream((int) bytes);
        for (var part : parts) {
            all.writeBytes(ByteBufUtil.getBytes(part.bytes()));
        }
        return all.toByteArray();
    }

    /** Lets go of everything; nothing can be sent again. */
    void release() {
        lost = true;
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).bytes().release();
        }
        parts.clear();
    }
}
