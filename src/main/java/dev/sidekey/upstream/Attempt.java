package dev.sidekey.upstream;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;

/**
 * One attempt of a request at an upstream. Confined to its event loop.
 *
 * <p>What an exchange sees of a message are Netty's HTTP objects, over HTTP/1.1 and HTTP/2 alike.
 */
public interface Attempt {

    /**
     * Writes a part of the request body; the part that is a LastHttpContent ends it. Takes
     * ownership. Nothing goes out before {@link #flush}, not even the head. Parts written before
     * the connection stands are queued; heed {@link #isWritable()}.
     */
    void write(HttpContent content);

    /** Sends what was written, as soon as the connection stands. */
    void flush();

    /** Whether more may be written now. False until the connection stands. */
    boolean isWritable();

    /**
     * Asks for more of the response. Of its body nothing is read without being asked; over HTTP/2
     * no more than a stream's window.
     */
    void read();

    /**
     * Gives the attempt up: no further event. The connection goes back to the pool when both
     * messages were complete, else it is closed. Idempotent.
     */
    void abandon();

    /** Hears what happens to an attempt, on its event loop. */
    interface Listener {

        /** An interim response, such as 103; not 100 or 101. */
        void onInformational(HttpResponse head);

        /** The response's head. Comes without being asked for. */
        void onHead(HttpResponse head);

        /**
         * The upstream switches protocols (101), as the request asked; the last event. HTTP is gone
         * from the channel, which is the listener's from now on.
         */
        void onSwitched(HttpResponse head, Channel upstream);

        /** A part of the body; the part that is a LastHttpContent ends it. Takes ownership. */
        void onContent(HttpContent content);

        /**
         * All that was asked for was given: read again when there is room.
         *
         * @param all whether this was all that was read from the socket: flush. Else more may come
         *     at once, and this event again
         */
        void onReadComplete(boolean all);

        /** {@link Attempt#isWritable()} has changed. */
        void onWritabilityChanged();

        /** The attempt failed; the last event. Never from within a call of the attempt's own. */
        void onFailed(AttemptFailure failure);
    }
}
