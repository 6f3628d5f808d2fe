package dev.sidekey.bench;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Event streams that are served in turn, so many events a second in all. */
final class EventSource {
    private static final String FILL = "x".repeat(60);

    private EventSource() {}

    /** Of one listener; confined to the server's one loop. */
    static final class Streams {
        private final List<Channel> open = new ArrayList<>();
        private ScheduledFuture<?> pace;
        private int perSecond;
        private long begin;
        private long told;
        private int next;

        void add(Channel channel) {
            var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            head.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
            HttpUtil.setTransferEncodingChunked(head, true);
            var _ = channel.writeAndFlush(head);
            open.add(channel);
            channel.closeFuture().addListener(_ -> open.remove(channel));
        }

        /** From now on so many a second, on all streams together; none when 0. */
        void tell(EventLoop loop, int events) {
            if (pace != null) {
                pace.cancel(false);
            }
            perSecond = events;
            begin = System.nanoTime();
            told = 0;
            pace =
                    events == 0
                            ? null
                            : loop.scheduleAtFixedRate(this::due, 1, 1, TimeUnit.MILLISECONDS);
        }

        private void due() {
            var due = (System.nanoTime() - begin) * perSecond / 1_000_000_000L;
            for (; told < due && !open.isEmpty(); told++) {
                next = (next + 1) % open.size();
                var channel = open.get(next);
                // the clock is the kernel's, the same for all processes
                var event =
                        "data: {\"jsonrpc\":\"2.0\",\"at\":%d,\"f\":\"%s\"}\n\n"
                                .formatted(System.nanoTime(), FILL);
                var _ =
                        channel.writeAndFlush(
                                new DefaultHttpContent(
                                        ByteBufUtil.writeAscii(channel.alloc(), event)));
            }
        }
    }
}
