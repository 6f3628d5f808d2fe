package dev.sidekey.upstream;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * How bytes reach the kernel: epoll where its native library loads, else NIO.
 *
 * @param name for the log
 * @param client channels to upstreams
 * @param server channels that listen
 */
public record Transport(
        String name, Class<? extends SocketChannel> client, Class<? extends ServerChannel> server) {

    /** The best that this machine has. */
    public static Transport best() {
        return Epoll.isAvailable()
                ? new Transport("epoll", EpollSocketChannel.class, EpollServerSocketChannel.class)
                : new Transport("nio", NioSocketChannel.class, NioServerSocketChannel.class);
    }

    /** Event loops of this kind; the caller ends them. */
    public EventLoopGroup loops(int threads) {
        var handler =
                name.equals("epoll") ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(threads, handler);
    }
}
