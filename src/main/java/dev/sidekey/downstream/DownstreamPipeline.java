package dev.sidekey.downstream;

import dev.sidekey.http1.ResponseEncoder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;

/** What bytes of an agent pass through, in this order. */
final class DownstreamPipeline extends ChannelInitializer<SocketChannel> {
    private final Door door;
    private final int longestHead;

    DownstreamPipeline(Door door, int longestHead) {
        this.door = door;
        this.longestHead = longestHead;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        channel.attr(Connections.KEY).get().add(channel);
        addHttp1(channel, door, longestHead);
    }

    /** HTTP/1.1, whatever carries it. */
    static void addHttp1(Channel channel, Door door, int longestHead) {
        var decoder = new RequestDecoder(longestHead);
        var encoder = new ResponseEncoder();
        channel.pipeline()
                .addLast(decoder)
                .addLast(encoder)
                .addLast(new Http1Client(door, decoder, encoder));
    }
}
