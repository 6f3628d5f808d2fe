package dev.sidekey.upstream;

import dev.sidekey.http2.Http2Requests;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Promise;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection, shared by as many requests as the upstream allows at a time. Confined to
 * its event loop.
 *
 * <p>Told to go away it takes no new request and ends with its last stream. Where nothing is heard
 * of it while streams are open it is pinged, and closed when that is not answered either.
 */
final class Http2Connection extends ChannelInboundHandlerAdapter implements Http2Requests.Listener {
    private static final long CHECK_SECONDS = 30;
    private static final long LONGEST_IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Origin origin;
    private final Channel channel;
    private final Http2Pool pool;
    private final Promise<Channel> ready;
    private @Nullable Http2Requests requests;
    private long mostStreams = Long.MAX_VALUE;
    private int streams;
    private boolean used;
    private boolean leaving;
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

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        requests = context.pipeline().get(Http2Requests.class);
        checkLater();
    }

    Http2Requests requests() {
        return Objects.requireNonNull(requests, "a connection is used only once it stands");
    }

    /** Gives a request a stream of its own. */
    void open(PooledAttempt attempt) {
        streams++;
        var reused = used;
        used = true;
        attempt.connected(new Http2Stream(this, attempt, reused));
    }

    /** One stream is over. */
    void closed() {
        streams--;
        idleSince = System.nanoTime();
        if (leaving && streams == 0) {
            var _ = channel.close();
        }
    }

    @Override
    public void onSettings(@Nullable Long most) {
        if (most != null) {
            mostStreams = most;
        }
        ready.trySuccess(channel);
    }

    @Override
    public void onGoAway() {
        leave();
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
        var heard = requests().wasHeard();
        var idle = streams == 0 && System.nanoTime() - idleSince >= LONGEST_IDLE_NANOS;
        if (idle || (pinged && !heard)) {
            leaving = true;
            pool.remove(this);
            var _ = channel.close();
            return;
        }
        pinged = streams > 0 && !heard;
        if (pinged) {
            requests().ping();
        }
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
