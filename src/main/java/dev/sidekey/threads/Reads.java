package dev.sidekey.threads;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/** How many bytes an event loop reads at a time. */
public final class Reads {
    /** What a read brings at most; a part of a body is as large, never smaller for no reason. */
    public static final int MOST = 64 * 1024;

    /**
     * At least a call or an event at once. Netty's own goes down to 64 bytes on a connection that
     * brings small ones, and the next then comes in pieces: each read, framed and sent by itself.
     * No more, either: a call that waits for a person keeps the buffer that its body came in.
     * Shared by all connections.
     */
    public static final RecvByteBufAllocator AT_A_TIME =
            new AdaptiveRecvByteBufAllocator(2048, 2048, MOST);

    private Reads() {}
}
