package dev.sidekey.upstream;

import dev.sidekey.http2.Http2Codecs;
import dev.sidekey.http2.Http2MessageCodec;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One HTTP/2 connection, shared by as many requests as the upstream allows at a time. Confined to
 * its event loop.
 *
 * <p>Told to go away it takes no new request and ends with its last stream. Where nothing is heard
 * of it while streams are open it is pinged, and closed when that is not answered either.
 */
final class Http2Connection extends ChannelInboundHandlerAdapter {
    private static final long CHECK_SECONDS = 30;
    private static final long LONGEST_IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Origin origin;
    private final Channel channel;
    private final Http2Pool pool;
    private final Promise<Channel> ready;
    private long mostStreams = Long.MAX_VALUE;
    private int streams;
    private boolean used;
    private boolean leaving;
    private boolean heard;
    private boolean reading;
    private final Set<Http2Stream> untold = new LinkedHashSet<>();
    private boolean pinged;
    private long idleSince = System.nanoTime();

    /**
     * @param ready succeeds once the upstream has sent its settings
     */
    Http2Connection(Origin origin, Channel channel, Http2Pool pool, Promise<Channel> ready) {
        this.origin = origin;
        this.channel = channel;
        this.pool = pool;
        this.ready = ready;
    }

    Origin origin() {
        return origin;
    }

    Channel channel() {
        return channel;
    }

    /** Whether another request may begin now. */
    boolean hasRoom() {
        return !leaving && channel.isActive() && streams < mostStreams;
    }

    /** Whether no request uses it. */
    boolean isIdle() {
        return streams == 0;
    }

    /** Notes that bytes have come, whatever they are. */
    void onHeard() {
        heard = true;
        reading = true;
    }

    /**
     * Whether a stream is told of the end of the read that goes on. Netty ends the read of a stream
     * with each of its frames, and a read brings many.
     */
    boolean tellsLater(Http2Stream stream) {
        if (reading) {
            untold.add(stream);
        }
        return reading;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        untold.forEach(Http2Stream::onConnectionRead);
        untold.clear();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.writeAndFlush(Http2Codecs.wideWindow())
                .addListener(sent -> {
                    if (!sent.isSuccess()) {
                        ready.tryFailure(sent.cause());
                    }
                });
        checkLater();
    }

    /** Gives a request a stream of its own. */
    void open(PooledAttempt attempt) {
        streams++;
        var reused = used;
        used = true;
        new Http2StreamChannelBootstrap(channel)
                .option(ChannelOption.AUTO_READ, false)
                .open()
                .addListener((Future<Http2StreamChannel> opened) -> {
                    if (opened.isSuccess()) {
                        begin(opened.getNow(), attempt, reused);
                    } else {
                        streams--;
                        attempt.fail(ConnectFailure.toAttemptFailure(opened.cause()));
                    }
                });
    }

    private void begin(Channel stream, PooledAttempt attempt, boolean reused) {
        stream.closeFuture().addListener(_ -> closed());
        if (attempt.isOver()) {
            var _ = stream.close();
            return;
        }
        var carrier = new Http2Stream(this, stream, attempt, reused);
        stream.pipeline().addLast(Http2MessageCodec.ofClient(origin.isSecure()), carrier);
        attempt.connected(carrier);
    }

    private void closed() {
        streams--;
        idleSince = System.nanoTime();
        if (leaving && streams == 0) {
            var _ = channel.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Http2SettingsFrame frame) {
            var most = frame.settings().maxConcurrentStreams();
            if (most != null) {
                mostStreams = most;
            }
            ready.trySuccess(channel);
        } else if (message instanceof Http2GoAwayFrame) {
            leave();
        }
        ReferenceCountUtil.release(message);
    }

    /** Takes no new request, and ends with its last stream. */
    void leave() {
        leaving = true;
        pool.remove(this);
        if (streams == 0) {
            var _ = channel.close();
        }
    }

    private void checkLater() {
        var _ = channel.eventLoop().schedule(this::check, CHECK_SECONDS, TimeUnit.SECONDS);
    }

    private void check() {
        if (!channel.isActive()) {
            return;
        }
        var idle = streams == 0 && System.nanoTime() - idleSince >= LONGEST_IDLE_NANOS;
        if (idle || (pinged && !heard)) {
            leaving = true;
            pool.remove(this);
            var _ = channel.close();
            return;
        }
        pinged = streams > 0 && !heard;
        if (pinged) {
            channel.writeAndFlush(new DefaultHttp2PingFrame(System.nanoTime()))
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
        heard = false;
        checkLater();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        pool.remove(this);
        ready.tryFailure(
                new ConnectFailure(
                        AttemptFailure.Kind.CLOSED, origin + " closed the HTTP/2 connection"));
    }
}
