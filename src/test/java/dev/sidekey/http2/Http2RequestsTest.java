package dev.sidekey.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that share a connection: what they cost it, and that none harms another. */
final class Http2RequestsTest {
    private final Flushes flushes = new Flushes();
    private final Http2Requests requests = Http2Codecs.client(64 * 1024, new Silent());
    private final EmbeddedChannel client = new EmbeddedChannel(flushes, requests);
    private final EmbeddedChannel server = new EmbeddedChannel(Http2Codecs.server(64 * 1024));

    /**
     * Keeps what is written until it is flushed, as TLS does: the channel runs tasks with each
     * write.
     */
    private static final class Flushes extends ChannelOutboundHandlerAdapter {
        private final CompositeByteBuf unsent = Unpooled.compositeBuffer();
        private final List<ChannelPromise> promises = new ArrayList<>();
        int count;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            unsent.addComponent(true, (ByteBuf) message);
            promises.add(promise);
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            count++;
            var bytes = unsent.readBytes(unsent.readableBytes());
            var written = List.copyOf(promises);
            promises.clear();
            var _ = context.writeAndFlush(bytes);
            written.forEach(promise -> promise.trySuccess());
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            unsent.release();
        }
    }

    private static final class Silent implements Http2Requests.Listener {
        @Override
        public void onSettings(@Nullable Long mostStreams) {}

        @Override
        public void onGoAway() {}
    }

    /** One who reads nothing of what it is given. */
    private static class Caller implements Http2RequestStream.Listener {
        final List<HttpObject> given = new ArrayList<>();
        final List<String> told = new ArrayList<>();

        @Override
        public void onMessage(HttpObject message) {
            given.add(message);
        }

        @Override
        public void onReadComplete() {}

        @Override
        public void onWritable() {}

        @Override
        public void onReset(long code) {
            told.add("reset");
        }

        @Override
        public void onRefused() {
            told.add("refused");
        }

        @Override
        public void onBroken(Throwable cause) {
            told.add("broken");
        }

        @Override
        public void onClosed() {
            told.add("closed");
        }
    }

    @BeforeEach
    void shakeHands() {
        pass();
        flushes.count = 0;
    }

    @AfterEach
    void close() {
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }

    /** Carries what was flushed until neither side has more to say. */
    private void pass() {
        do {
            pass(client, server);
        } while (pass(server, client));
    }

    private static boolean pass(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        var any = false;
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            any = true;
            to.writeInbound(bytes);
        }
        return any;
    }

    private Http2RequestStream call(Caller caller) {
        var stream = requests.open(caller);
        var head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/mcp");
        head.headers().set(HttpHeaderNames.HOST, "mcp.test").set(HttpHeaderNames.CONTENT_LENGTH, 4);
        var _ = stream.write(head);
        var _ = stream.write(new DefaultLastHttpContent(Unpooled.copiedBuffer(new byte[4])));
        stream.flush();
        return stream;
    }

    private List<Http2HeadersFrame> heads() {
        var heads = new ArrayList<Http2HeadersFrame>();
        for (Object frame = server.readInbound(); frame != null; frame = server.readInbound()) {
            if (frame instanceof Http2HeadersFrame head) {
                heads.add(head);
            }
            ReferenceCountUtil.release(frame);
        }
        return heads;
    }

    private void answer(Http2HeadersFrame head) {
        var fields = new DefaultHttp2Headers().status("204");
        server.writeOutbound(new DefaultHttp2HeadersFrame(fields, true).stream(head.stream()));
    }

    @Test
    void callsOfOneTurnGoOutByOneFlush() {
        for (int i = 0; i < 10; i++) {
            call(new Caller());
        }
        assertThat(flushes.count).isZero();
        client.runPendingTasks();
        assertThat(flushes.count).isOne();
        pass();
        assertThat(heads()).hasSize(10);
    }

    @Test
    void callsThatAreManyDoNotWaitForAllOthers() {
        for (int i = 0; i < 32; i++) {
            call(new Caller());
        }
        assertThat(flushes.count).isZero();
        call(new Caller());
        assertThat(flushes.count).isPositive();
    }

    @Test
    void aCallThatIsGivenUpUnsentIsNeverHeardOf() {
        var caller = new Caller();
        var stream = requests.open(caller);
        var _ = stream.write(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/mcp"));
        stream.reset(Http2Error.CANCEL);
        pass();
        assertThat(heads()).isEmpty();
        assertThat(caller.told).containsExactly("closed");
    }

    @Test
    void aCallerThatFailsIsTheOnlyOneThatIsBroken() {
        var failing =
                new Caller() {
                    @Override
                    public void onMessage(HttpObject message) {
                        throw new IllegalStateException("a bug");
                    }
                };
        var sound = new Caller();
        call(failing);
        call(sound);
        pass();
        heads().forEach(this::answer);
        pass();
        assertThat(failing.told).containsExactly("broken", "closed");
        assertThat(sound.given).hasSize(2).last().isSameAs(LastHttpContent.EMPTY_LAST_CONTENT);
        assertThat(sound.told).containsExactly("closed");
        assertThat(client.isOpen()).isTrue();
    }
}
