package dev.sidekey.downstream;

import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * What a client has sent and nobody has asked for yet; one message a wish, so that pipelined
 * requests wait for the exchange before them. Confined to the event loop.
 */
final class Inbox {
    private final ArrayDeque<Object> waiting = new ArrayDeque<>(4);
    private final Consumer<Object> receiver;
    private boolean wanted;
    private boolean delivering;

    /**
     * @param receiver takes ownership of each message
     */
    Inbox(Consumer<Object> receiver) {
        this.receiver = receiver;
    }

    /** Takes ownership. */
    void add(Object message) {
        waiting.add(message);
        deliver();
    }

    /** Whether a message is wished for that has not come. */
    boolean isWanting() {
        return wanted;
    }

    /**
     * Wishes for a message.
     *
     * @return whether the channel has to be read for it; a delivery under way goes on by itself
     */
    boolean want() {
        wanted = true;
        deliver();
        return wanted && waiting.isEmpty();
    }

    private void deliver() {
        while (wanted && !delivering && !waiting.isEmpty()) {
            wanted = false;
            delivering = true;
            try {
                receiver.accept(waiting.poll());
            } finally {
                delivering = false;
            }
        }
    }

    /** Lets go of everything. */
    void clear() {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        wanted = false;
    }
}
