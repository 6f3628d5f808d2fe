package dev.sidekey.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;

/**
 * What carries one request: an HTTP/1.1 connection, or a stream of an HTTP/2 one. Confined to its
 * event loop.
 */
interface Carrier {

    /** Where it leads. */
    Origin origin();

    /** The connection. */
    Channel channel();

    /**
     * Writes a request's head.
     *
     * @param done hears of a failure at least, unless the carrier tells the attempt itself
     */
    default void writeHead(HttpRequest head, ChannelFutureListener done) {
        channel().write(head).addListener(done);
    }

    /** Writes a part of the request's body. Takes ownership. */
    default ChannelFuture writeContent(HttpContent content) {
        return channel().write(content);
    }

    /** Sends what was written. */
    default void flush() {
        channel().flush();
    }

    /** Asks for more of the response. */
    default void read() {
        channel().read();
    }

    /** Whether more may be written now. */
    default boolean isWritable() {
        return channel().isWritable();
    }

    /** Whether its connection has served another request before. */
    boolean isReused();

    /** The attempt is over on both sides. */
    void release(PooledAttempt attempt);

    /** The attempt gives up: nobody uses it again, and the upstream is told. */
    void drop();
}
