package dev.sidekey.downstream;

import dev.sidekey.exchange.ExchangeRooms;
import io.netty.handler.codec.http.HttpRequest;

/**
 * The listener's door, which is replaced as a whole when the configuration changes: requests that
 * are under way go on as they came in. Safe on every thread.
 */
final class CurrentDoor implements Door {
    private volatile Door door;

    CurrentDoor(Door door) {
        this.door = door;
    }

    void become(Door other) {
        door = other;
    }

    @Override
    public ExchangeRooms rooms() {
        return door.rooms();
    }

    @Override
    public Way way(HttpRequest request, int port) {
        return door.way(request, port);
    }
}
