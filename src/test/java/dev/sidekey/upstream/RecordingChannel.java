package dev.sidekey.upstream;

import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A channel that connects to nobody and notes to whom it should have: no packet leaves. */
public final class RecordingChannel extends NioSocketChannel {
    static final List<InetSocketAddress> ASKED = new CopyOnWriteArrayList<>();

    @Override
    protected boolean doConnect(SocketAddress remote, SocketAddress local) throws Exception {
        ASKED.add((InetSocketAddress) remote);
        throw new ConnectException("recorded");
    }
}
