package dev.sidekey.exchange;

import dev.sidekey.upstream.AttemptFailure;
import dev.sidekey.upstream.Tunnels;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpResponse;

/** One CONNECT for a blind tunnel. Confined to the client's event loop. */
public final class ConnectRequest {
    private final ExchangeRooms rooms;
    private final String host;
    private final int port;

    /** The agent's side of it. */
    public interface Client {

        /** The connection that asked. */
        Channel channel();

        /**
         * The host is connected: say so, take HTTP off the connection and run {@code join}, which
         * makes the two one tunnel.
         */
        void onOpen(Runnable join);

        /** There is no tunnel; takes ownership of the answer. */
        void onRefused(FullHttpResponse answer);
    }

    /**
     * @param host name or literal, lower case, an IPv6 one without brackets
     */
    public ConnectRequest(ExchangeRooms rooms, String host, int port) {
        this.rooms = rooms;
        this.host = host;
        this.port = port;
    }

    /** Connects to the host under the egress policy. */
    public void open(Client client) {
        rooms.tunnels().open(client.channel().eventLoop(), host, port, new Opening(client));
    }

    private final class Opening implements Tunnels.Listener {
        private final Client client;

        Opening(Client client) {
            this.client = client;
        }

        @Override
        public void onOpen(Channel upstream) {
            if (!client.channel().isActive()) {
                var _ = upstream.close();
                return;
            }
            rooms.forwards().tunnelOpened(host, port);
            client.onOpen(() ->
                    Tunnel.join(
                            client.channel(),
                            upstream,
                            rooms.tunnelIdle(),
                            () -> rooms.forwards().tunnelClosed(host, port)));
        }

        @Override
        public void onFailed(AttemptFailure failure) {
            if (failure.kind() == AttemptFailure.Kind.REFUSED_ADDRESS) {
                rooms.forwards().refused(host, port, failure.message());
            }
            client.onRefused(Failures.answer(failure, true));
        }
    }
}
