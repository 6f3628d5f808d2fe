package dev.sidekey.architecture.wrong.oauth;

import io.netty.channel.Channel;

/** Knows what a channel is, and is none of config's vocabulary. */
public final class SpeaksNetty {
    boolean open(Channel channel) {
        return channel.isOpen();
    }
}
