package dev.sidekey.exchange;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;

/** An agent that takes all it is given and keeps nothing. */
final class DroppingClient implements Client {
    @Override
    public EventLoop loop() {
        throw new UnsupportedOperationException("there is none");
    }

    @Override
    public void write(HttpObject part) {
        ReferenceCountUtil.release(part);
    }

    @Override
    public void flush() {}

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void read() {}

    @Override
    public boolean isReading() {
        return false;
    }

    @Override
    public void watchForHangUp() {}

    @Override
    public void switchProtocols(HttpResponse head, Consumer<Channel> join) {}

    @Override
    public void finished(boolean reusable) {}

    @Override
    public void abort() {}
}
