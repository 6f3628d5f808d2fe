package dev.sidekey.upstream;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequest;

/** Begins attempts: the upstream room's one door for {@code exchange}. */
public interface Attempts {

    /**
     * Sends one request head to an origin, over a pooled or a new connection of this event loop.
     * Must be called on that loop; the listener is called on it too, never from within this call.
     *
     * @param loop the event loop that both sides of the exchange share
     * @param origin whom to connect to
     * @param head the request head, origin-form target and Host already set
     * @param listener hears what happens
     */
    Attempt begin(EventLoop loop, Origin origin, HttpRequest head, Attempt.Listener listener);
}
