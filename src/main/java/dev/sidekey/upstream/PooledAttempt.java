package dev.sidekey.upstream;

import dev.sidekey.upstream.AttemptFailure.Kind;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** One request over a connection of the pool, whatever it speaks. Confined to its event loop. */
final class PooledAttempt implements Attempt {
    private final EventLoop loop;
    private final HttpMethod method;
    private final boolean switches;
    private final Listener listener;
    private final @Nullable ResponseDeadlines deadlines;

    /** What came before there was a connection, which is rare. */
    private @Nullable Queue<HttpContent> beforeConnected;

    /** Until it is written: a stream would keep it for hours. */
    private @Nullable HttpRequest head;

    private @Nullable Carrier carrier;
    private boolean flushWhenConnected;
    private boolean over;
    private boolean abandoned;
    private boolean anythingSent;
    private boolean requestEnded;
    private boolean headSeen;
    private boolean responseEnded;
    private boolean keepAlive;
    private boolean reused;

    /** Its place among those that wait; {@link ResponseDeadlines} alone touches it. */
    @Nullable PooledAttempt before;

    @Nullable PooledAttempt after;
    long dueAt;
    boolean isTimed;

    /**
     * @param deadlines when its response head is due; an event stream's may take for ever
     */
    PooledAttempt(
            EventLoop loop, HttpRequest head, Listener listener, ResponseDeadlines deadlines) {
        this.loop = loop;
        this.head = head;
        this.method = head.method();
        this.switches = head.headers().contains(HttpHeaderNames.UPGRADE);
        this.listener = listener;
        this.deadlines = isEventStream(head) ? null : deadlines;
    }

    private static boolean isEventStream(HttpRequest head) {
        return head.method().equals(HttpMethod.GET)
                && head.headers().containsValue(HttpHeaderNames.ACCEPT, "text/event-stream", true);
    }

    /** Not written yet. */
    HttpRequest head() {
        return Objects.requireNonNull(head, "the head is written once");
    }

    /** Whether the request asks for another protocol on its connection, such as WebSocket. */
    boolean asksToSwitch() {
        return switches;
    }

    HttpMethod method() {
        return method;
    }

    Listener listener() {
        return listener;
    }

    boolean isOver() {
        return over;
    }

    /** Writes the head and what was queued; sends it if it was to be sent already. */
    void connected(Carrier established) {
        carrier = established;
        reused = established.isReused();
        established.writeHead(head(), this::headSent);
        head = null;
        var queued = beforeConnected;
        while (queued != null && !queued.isEmpty()) {
            send(established, queued.remove());
        }
        if (flushWhenConnected) {
            established.flush();
        }
        established.read();
    }

    @Override
    public void write(HttpContent content) {
        if (over) {
            content.release();
        } else if (carrier == null) {
            queue().add(content);
        } else {
            send(carrier, content);
        }
    }

    @Override
    public void flush() {
        if (carrier == null) {
            flushWhenConnected = true;
        } else if (!over) {
            carrier.flush();
        }
    }

    private void send(Carrier established, HttpContent content) {
        var last = content instanceof LastHttpContent;
        established.writeContent(content).addListener(future -> sent((ChannelFuture) future));
        if (last) {
            requestEnded = true;
            if (deadlines != null && !headSeen) {
                deadlines.begin(this);
            }
        }
    }

    private void headSent(ChannelFuture future) {
        if (!future.isSuccess()) {
            broken(future.cause());
        }
    }

    private void sent(ChannelFuture future) {
        if (future.isSuccess()) {
            anythingSent = true;
        } else {
            broken(future.cause());
        }
    }

    private void broken(Throwable cause) {
        var broken = carrier;
        if (!over && broken != null) {
            broken.drop();
            fail(Kind.CLOSED, broken.origin() + " took no more: " + cause.getMessage());
        }
    }

    /** The time for the response head is over. */
    void headIsLate(long millis) {
        var established = carrier;
        if (!over && !headSeen && established != null) {
            established.drop();
            fail(
                    Kind.TIMEOUT,
                    established.origin()
                            + " sent no response within "
                            + millis
                            + " ms (limits.upstream-response-timeout)");
        }
    }

    @Override
    public boolean isWritable() {
        return !over && carrier != null && carrier.isWritable();
    }

    @Override
    public void read() {
        if (!over && carrier != null) {
            carrier.read();
        }
    }

    @Override
    public void abandon() {
        abandoned = true;
        if (over) {
            return;
        }
        var established = carrier;
        var complete = isComplete();
        detach();
        releaseQueue();
        if (established != null) {
            if (complete) {
                established.release(this);
            } else {
                established.drop();
            }
        }
    }

    void headCame(boolean connectionPersists) {
        headSeen = true;
        keepAlive = connectionPersists;
        cancelTimer();
    }

    void responseEnded() {
        responseEnded = true;
    }

    boolean awaitsHead() {
        return !headSeen;
    }

    boolean isComplete() {
        return responseEnded;
    }

    boolean mayKeepConnection() {
        return keepAlive && requestEnded && responseEnded;
    }

    /** No further event. */
    void detach() {
        over = true;
        cancelTimer();
    }

    void fail(Kind kind, String message) {
        fail(new AttemptFailure(kind, message, reused, !anythingSent));
    }

    /**
     * Tells of it only once the call that met the failure has returned: whoever hears it may begin
     * anew, and a write that fails at once would find it in the midst of writing.
     */
    void fail(AttemptFailure failure) {
        if (!over) {
            detach();
            releaseQueue();
            loop.execute(() -> tell(failure));
        }
    }

    private void tell(AttemptFailure failure) {
        if (!abandoned) {
            listener.onFailed(failure);
        }
    }

    private Queue<HttpContent> queue() {
        if (beforeConnected == null) {
            beforeConnected = new ArrayDeque<>(2);
        }
        return beforeConnected;
    }

    private void releaseQueue() {
        var queued = beforeConnected;
        while (queued != null && !queued.isEmpty()) {
            queued.remove().release();
        }
    }

    private void cancelTimer() {
        if (deadlines != null) {
            deadlines.end(this);
        }
    }
}
