package dev.sidekey.architecture.wrong.exchange;

import io.netty.channel.ChannelFuture;

final class WaitsForChannel {
    ChannelFuture wait(ChannelFuture future) throws InterruptedException {
        return future.sync();
    }
}
