package dev.sidekey.upstream;

import dev.sidekey.address.OuterProxy;
import dev.sidekey.http1.RequestEncoder;
import dev.sidekey.upstream.AttemptFailure.Kind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection: translates what comes into events of the attempt that has it. Confined
 * to its event loop.
 *
 * <p>Whatever comes while no attempt has the connection closes it: surplus bytes of one answer
 * never reach the next request.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter implements Carrier {
    private final Origin origin;
    private final ResponseDecoder decoder;
    private final ConnectionPool pool;
    private final @Nullable URI plainProxy;

    private @Nullable PooledAttempt current;
    private @Nullable Channel channel;
    private @Nullable HttpResponse switching;
    private boolean interim;
    private boolean endsByClose;
    private boolean sawTlsClose;
    private int uses;

    Http1Connection(
            Origin origin, ResponseDecoder decoder, ConnectionPool pool, @Nullable URI plainProxy) {
        this.origin = origin;
        this.decoder = decoder;
        this.pool = pool;
        this.plainProxy = plainProxy;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
        pool.opened();
    }

    @Override
    public Channel channel() {
        if (channel == null) {
            throw new IllegalStateException("a connection is used only once it stands");
        }
        return channel;
    }

    /** Without a promise of its own, so that it leaves with the body; see exceptionCaught. */
    @Override
    public void writeHead(HttpRequest head, ChannelFutureListener done) {
        var _ = channel().write(head, channel().voidPromise());
    }

    @Override
    public Origin origin() {
        return origin;
    }

    /**
     * Leaves out what is for HTTP/2; names the whole URL where a plain proxy passes the request on,
     * and shows it who asks.
     */
    void address(HttpRequest head) {
        // of one connection, and not of this one (RFC 9110 §10.1.4)
        head.headers().remove(HttpHeaderNames.TE);
        if (plainProxy == null || !head.uri().startsWith("/")) {
            return;
        }
        head.setUri(origin + head.uri());
        var credentials = OuterProxy.basic(plainProxy);
        if (credentials != null) {
            head.headers().set(HttpHeaderNames.PROXY_AUTHORIZATION, credentials);
        }
    }

    /** Whether it has served another request before. */
    @Override
    public boolean isReused() {
        return uses > 1;
    }

    /** Gives the connection to an attempt, for one request. */
    void take(PooledAttempt attempt) {
        current = attempt;
        uses++;
        interim = false;
        endsByClose = false;
        decoder.asked(attempt.method());
    }

    /** Takes the connection from an attempt that gives up; nobody uses it again. */
    @Override
    public void drop() {
        current = null;
        var _ = channel().close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var attempt = current;
        // nobody waits for it, or its response is complete already: surplus
        if (attempt == null || attempt.isComplete() || !(message instanceof HttpObject object)) {
            ReferenceCountUtil.release(message);
            var _ = context.close();
            return;
        }
        DecoderResult result = object.decoderResult();
        if (result.isFailure()) {
            ReferenceCountUtil.release(message);
            fail(Kind.PROTOCOL, "sends what is no HTTP: " + result.cause().getMessage());
            return;
        }
        if (message instanceof HttpResponse head) {
            onHead(attempt, head);
        } else if (switching != null) {
            ReferenceCountUtil.release(message);
            switchProtocols(attempt, switching);
        } else if (interim) {
            // the empty end of an interim response
            ReferenceCountUtil.release(message);
            interim = !(message instanceof LastHttpContent);
        } else {
            onContent(context, attempt, (HttpContent) message);
        }
    }

    private void onHead(PooledAttempt attempt, HttpResponse head) {
        int status = head.status().code();
        if (status == 101 && attempt.asksToSwitch()) {
            switching = head;
        } else if (status == 101) {
            fail(Kind.PROTOCOL, "switches protocols without being asked");
        } else if (status < 200) {
            interim = true;
            if (status != 100) {
                attempt.listener().onInformational(head);
            }
        } else {
            endsByClose =
                    !HttpUtil.isContentLengthSet(head) && !HttpUtil.isTransferEncodingChunked(head);
            attempt.headCame(HttpUtil.isKeepAlive(head));
            attempt.listener().onHead(head);
        }
    }

    /** HTTP ends here: what comes next is for whoever takes the channel. */
    private void switchProtocols(PooledAttempt attempt, HttpResponse head) {
        switching = null;
        current = null;
        attempt.detach();
        var taken = channel();
        var pipeline = taken.pipeline();
        // from the far end, so that what the decoder still has goes to the new handlers
        pipeline.remove(this);
        pipeline.remove(RequestEncoder.class);
        attempt.listener().onSwitched(head, taken);
        pipeline.remove(decoder);
    }

    private void onContent(
            ChannelHandlerContext context, PooledAttempt attempt, HttpContent content) {
        if (!(content instanceof LastHttpContent)) {
            attempt.listener().onContent(content);
            return;
        }
        if (endsByClose && isCutShort(context)) {
            content.release();
            fail(Kind.CLOSED, "ended the TLS connection without saying so, in mid-body");
            return;
        }
        attempt.responseEnded();
        attempt.listener().onContent(content);
    }

    /** Over TLS only a close_notify tells an end from a cut (RFC 8446 §6.1). */
    private boolean isCutShort(ChannelHandlerContext context) {
        return origin.isSecure() && !context.channel().isActive() && !sawTlsClose;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        var attempt = current;
        if (attempt == null) {
            return;
        }
        attempt.listener().onReadComplete(true);
        // the listener may have given the attempt up
        if (attempt == current) {
            if (attempt.isComplete()) {
                release(attempt);
            } else if (attempt.awaitsHead()) {
                context.read();
            }
        }
    }

    /** The attempt is over on both sides; keeps the connection only if it is clean. */
    @Override
    public void release(PooledAttempt attempt) {
        attempt.detach();
        current = null;
        if (attempt.mayKeepConnection() && !decoder.hasSurplus() && channel().isActive()) {
            pool.put(this);
            // so that a close, or bytes nobody asked for, are seen while it waits
            channel().read();
        } else {
            var _ = channel().close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        var attempt = current;
        if (attempt != null) {
            attempt.listener().onWritabilityChanged();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent close && close.isSuccess()) {
            sawTlsClose = true;
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(Kind.CLOSED, "broke the connection: " + cause.getMessage());
        var _ = context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        pool.remove(this);
        var attempt = current;
        if (attempt == null) {
            return;
        }
        if (attempt.isComplete()) {
            release(attempt);
        } else {
            fail(Kind.CLOSED, "closed the connection before the response was complete");
        }
    }

    private void fail(Kind kind, String what) {
        var attempt = current;
        current = null;
        if (attempt != null) {
            var _ = channel().close();
            attempt.fail(kind, origin + " " + what);
        }
    }
}
