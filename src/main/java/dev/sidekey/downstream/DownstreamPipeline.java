package dev.sidekey.downstream;

import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;

/** What bytes of an agent pass through, in this order. */
final class DownstreamPipeline extends ChannelInitializer<SocketChannel> {
    private final DownstreamListener.Service service;
    private final LocalGuard guard;

    DownstreamPipeline(DownstreamListener.Service service, LocalGuard guard) {
        this.service = service;
        this.guard = guard;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        var decoder = new RequestDecoder(service.longestHead());
        var encoder = new ResponseEncoder();
        channel.attr(Connections.KEY).get().add(channel);
        channel.pipeline()
                .addLast(decoder)
                .addLast(encoder)
                .addLast(new Http1Client(new ListenerDoor(service, guard), decoder, encoder));
    }
}
