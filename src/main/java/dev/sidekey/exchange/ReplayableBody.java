package dev.sidekey.exchange;

import dev.sidekey.upstream.Attempt;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpContent;
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
    private final List<HttpContent> parts = new ArrayList<>(2);
    private long bytes;
    private boolean whole;
    private boolean lost;

    ReplayableBody(long limit) {
        this.limit = limit;
    }

    /** Keeps a part beside whoever else has it; past the limit, keeps nothing any more. */
    void add(HttpContent part) {
        whole = part instanceof LastHttpContent;
        if (lost) {
            return;
        }
        bytes += part.content().readableBytes();
        if (bytes > limit) {
            release();
        } else {
            parts.add(part.retainedDuplicate());
        }
    }

    /** Asks the client for the next part, as long as somebody takes it; then for its hang-up. */
    void askFor(Client client, Attempt attempt) {
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
        for (var part : parts) {
            receiver.accept(part.retainedDuplicate());
        }
    }

    /** The whole body; null when it is not here or too long. */
    byte @Nullable [] bytes() {
        if (lost || !whole) {
            return null;
        }
        var all = new ByteArrayOutputStream((int) bytes);
        for (var part : parts) {
            all.writeBytes(ByteBufUtil.getBytes(part.content()));
        }
        return all.toByteArray();
    }

    /** Lets go of everything; nothing can be sent again. */
    void release() {
        lost = true;
        for (var part : parts) {
            part.release();
        }
        parts.clear();
    }
}
