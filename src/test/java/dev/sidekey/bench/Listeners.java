package dev.sidekey.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Agents that hold event streams open, and when each event reached them. */
final class Listeners implements AutoCloseable {
    private static final int BEFORE_TIME = "data: {\"jsonrpc\":\"2.0\",\"at\":".length();

    private final Connections agents;
    private final List<Channel> streams = new ArrayList<>();
    private volatile boolean closing;
    // confined to the loop
    private long[] delays = new long[1 << 16];
    private int events;
    private int heads;

    Listeners(Connections agents) {
        this.agents = agents;
    }

    /** Opens more of them, and waits for the head of each. */
    void open(Way way, int number) throws Exception {
        for (int i = 0; i < number; i++) {
            var channel = agents.open(way, () -> new Stream(way.stream())).sync().channel();
            streams.add(channel);
            if (i % 100 == 99) {
                await(streams.size());
            }
        }
        await(streams.size());
    }

    private void await(int number) throws Exception {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (agents.loop().submit(() -> heads).get() < number) {
            Failures.check();
            if (System.nanoTime() > end) {
                throw new IllegalStateException("streams do not begin");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** How late events came since the last time it was asked, in nanoseconds, the soonest first. */
    long[] delays() throws Exception {
        return agents.loop()
                .submit(() -> {
                    var some = Arrays.copyOf(delays, events);
                    events = 0;
                    Arrays.sort(some);
                    return some;
                })
                .get();
    }

    /** How many came since then. */
    int count() throws Exception {
        return agents.loop().submit(() -> events).get();
    }

    private void onEvent(long at) {
        if (events == delays.length) {
            delays = Arrays.copyOf(delays, 2 * events);
        }
        delays[events++] = System.nanoTime() - at;
    }

    /** Reads by lines; the sizes of chunks are lines that say nothing. */
    private final class Stream extends ByteToMessageDecoder {
        private final byte[] request;
        private boolean begun;

        Stream(byte[] request) {
            this.request = request;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            var _ =
                    context.writeAndFlush(
                            context.alloc().buffer(request.length).writeBytes(request));
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            int length = in.bytesBefore((byte) '\n');
            if (length < 0) {
                return;
            }
            int from = in.readerIndex();
            in.skipBytes(length + 1);
            if (!begun) {
                begun = true;
                begin(in.toString(from, length, StandardCharsets.US_ASCII));
            } else if (length > BEFORE_TIME && isData(in, from)) {
                onEvent(number(in, from, from + length));
            }
        }

        private void begin(String status) {
            if (!status.startsWith("HTTP/1.1 200")) {
                throw new IllegalStateException("answered " + status);
            }
            heads++;
        }

        /** No header begins like that. */
        private static boolean isData(ByteBuf in, int from) {
            return in.getByte(from) == 'd'
                    && in.getByte(from + 4) == ':'
                    && in.getByte(from + 3) == 'a';
        }

        /** The time in it; now, where a proxy has cut the event within the number. */
        private static long number(ByteBuf in, int from, int to) {
            int end = in.indexOf(from + BEFORE_TIME, to, (byte) ',');
            return end < 0
                    ? System.nanoTime()
                    : Long.parseLong(
                            in.toString(
                                    from + BEFORE_TIME,
                                    end - from - BEFORE_TIME,
                                    StandardCharsets.US_ASCII));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!closing) {
                Failures.count(new IllegalStateException("a stream ended"));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!closing) {
                Failures.count(cause);
            }
            var _ = context.close();
        }
    }

    @Override
    public void close() {
        closing = true;
        for (var stream : streams) {
            stream.close().syncUninterruptibly();
        }
    }
}
