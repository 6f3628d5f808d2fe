package dev.sidekey.downstream;

import dev.sidekey.exchange.ExchangeRooms;
import io.netty.handler.codec.http.HttpRequest;

/** Decides which way a request takes, or that it takes none. One a listener, or a tunnel. */
interface Door {

    /** What exchanges work with. */
    ExchangeRooms rooms();

    /**
     * The way of a request.
     *
     * @param port the listener's own
     */
    Way way(HttpRequest request, int port);
}
