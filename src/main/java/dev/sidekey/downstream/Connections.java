package dev.sidekey.downstream;

import io.netty.channel.group.ChannelGroup;
import io.netty.util.AttributeKey;

/** Where a listener keeps its connections, so that a shutdown finds them. */
final class Connections {
    static final AttributeKey<ChannelGroup> KEY = AttributeKey.valueOf("sidekey-connections");

    private Connections() {}
}
