package dev.sidekey.exchange;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.function.Consumer;

/**
 * The agent's side of one exchange, as the exchange sees it. Confined to the event loop; HTTP/1.1
 * and HTTP/2 alike.
 */
public interface Client {

    /** The loop that both sides share. */
    EventLoop loop();

    /** Writes a part of the response; takes ownership. Nothing goes out before {@link #flush}. */
    void write(HttpObject part);

    /** Writes and sends an interim response (1xx), which is a message of its own. */
    default void inform(HttpResponse head) {
        write(head);
        write(LastHttpContent.EMPTY_LAST_CONTENT);
        flush();
    }

    /** Writes and sends a whole response. */
    default void send(FullHttpResponse response) {
        write(response);
        flush();
    }

    /** Sends what was written. */
    void flush();

    /** Whether more may be written now. */
    boolean isWritable();

    /** Asks for the next part of the request. */
    void read();

    /**
     * Whether more of the request may come at once: {@link Exchange#onRequestRead} tells when all
     * that had come was given.
     */
    boolean isReading();

    /** Asks to be told of a hang-up, once the whole request is here. */
    void watchForHangUp();

    /**
     * The exchange is over and so is HTTP (101). Writes the head, takes HTTP off the connection and
     * hands what is left of it to {@code join}.
     */
    void switchProtocols(HttpResponse head, Consumer<Channel> join);

    /**
     * The exchange is over.
     *
     * @param reusable whether the next request may come the same way: both messages were complete
     */
    void finished(boolean reusable);

    /** The response cannot be completed: the agent must see an abort, never a clean end. */
    void abort();
}
