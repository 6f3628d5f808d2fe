package dev.sidekey.upstream;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

/** Opens connections that carry whatever two ends have to say to each other. */
public interface Tunnels {

    /**
     * Connects to a host under the egress policy, through the outer proxy if there is one. Must be
     * called on the given loop; the listener is called on it too.
     *
     * @param loop the event loop that both ends share
     * @param host name or literal, lower case, an IPv6 one without brackets
     * @param port the port
     */
    void open(EventLoop loop, String host, int port, Listener listener);

    /** Hears how it went, once. */
    interface Listener {

        /** The connection stands; nothing has been read from it. It is the listener's. */
        void onOpen(Channel upstream);

        /** There is no connection. */
        void onFailed(AttemptFailure failure);
    }
}
