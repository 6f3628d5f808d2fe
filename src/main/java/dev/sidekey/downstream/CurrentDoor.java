package dev.sidekey.downstream;

import dev.sidekey.exchange.ExchangeRooms;
import io.netty.handler.codec.http.HttpRequest;

/**
 * The listener's door, which is replaced as a whole when the configuration changes: requests that
 * are under way go on as they came in. Safe on every thread.
 */
final class CurrentDoor implements Door {
    private final LocalGuard guard;
    private volatile ListenerDoor door;

    CurrentDoor(DownstreamListener.Service service, LocalGuard guard) {
        this.guard = guard;
        this.door = new ListenerDoor(service, guard, this);
    }

    void become(DownstreamListener.Service service) {
        var before = door;
        door = new ListenerDoor(service, guard, this);
        before.service().interception().close();
    }

    /** The door as it is now. */
    ListenerDoor now() {
        return door;
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
