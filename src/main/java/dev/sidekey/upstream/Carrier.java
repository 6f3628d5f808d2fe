package dev.sidekey.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.HttpRequest;

/**
 * What carries one request: an HTTP/1.1 connection, or a stream of an HTTP/2 one. Confined to its
 * event loop.
 */
interface Carrier {

    /** Where it leads. */
    Origin origin();

    /** Where HTTP objects are written to and read from. */
    Channel channel();

    /**
     * Writes a request's head.
     *
     * @param done hears of a failure at least, unless the carrier tells the attempt itself
     */
    default void writeHead(HttpRequest head, ChannelFutureListener done) {
        channel().write(head).addListener(done);
    }

    /** Whether its connection has served another request before. */
    boolean isReused();

    /** The attempt is over on both sides. */
    void release(PooledAttempt attempt);

    /** The attempt gives up: nobody uses it again, and the upstream is told. */
    void drop();
}
