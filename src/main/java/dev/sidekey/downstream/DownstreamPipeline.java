package dev.sidekey.downstream;

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
        var decoder = new RequestDecoder(longestHead);
        var encoder = new ResponseEncoder();
        channel.attr(Connections.KEY).get().add(channel);
        channel.pipeline()
                .addLast(decoder)
                .addLast(encoder)
                .addLast(new Http1Client(door, decoder, encoder));
    }
}
