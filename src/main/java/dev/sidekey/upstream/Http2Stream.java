package dev.sidekey.upstream;

import dev.sidekey.upstream.AttemptFailure.Kind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * One stream of an HTTP/2 connection: translates what comes into events of its attempt. Confined to
 * its event loop.
 */
final class Http2Stream extends ChannelInboundHandlerAdapter implements Carrier {
    private final Http2Connection connection;
    private final Channel channel;
    private final PooledAttempt attempt;
    private final boolean reused;
    private boolean over;
    private boolean refused;
    private long resetCode = -1;

    Http2Stream(
            Http2Connection connection, Channel channel, PooledAttempt attempt, boolean reused) {
        this.connection = connection;
        this.channel = channel;
        this.attempt = attempt;
        this.reused = reused;
    }

    @Override
    public Origin origin() {
        return connection.origin();
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public boolean isReused() {
        return reused;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (over || attempt.isComplete()) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpResponse head) {
            onHead(head);
        } else if (message instanceof HttpContent content) {
            if (content instanceof LastHttpContent) {
                attempt.responseEnded();
            }
            attempt.listener().onContent(content);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void onHead(HttpResponse head) {
        int status = head.status().code();
        if (status >= 200) {
            attempt.headCame(true);
            attempt.listener().onHead(head);
        } else if (status != 100) {
            attempt.listener().onInformational(head);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (over) {
            return;
        }
        attempt.listener().onReadComplete(!connection.tellsLater(this));
        // the listener may have given the attempt up
        if (over) {
            return;
        }
        if (attempt.isComplete()) {
            release(attempt);
        } else if (attempt.awaitsHead()) {
            context.read();
        }
    }

    /** What came with it for this stream was given, too. */
    void onConnectionRead() {
        if (!over) {
            attempt.listener().onReadComplete(true);
        }
    }

    @Override
    public void release(PooledAttempt ended) {
        ended.detach();
        if (!ended.mayKeepConnection()) {
            // the response is whole and the request is not: nobody needs the rest (RFC 9113 §8.1)
            reset(Http2Error.NO_ERROR);
        }
        over = true;
    }

    /** A closed stream is how HTTP/2 says that nobody waits any more (2.2 rule 3). */
    @Override
    public void drop() {
        if (!over) {
            over = true;
            reset(Http2Error.CANCEL);
        }
    }

    private void reset(Http2Error error) {
        if (channel.isActive()) {
            var _ = channel.writeAndFlush(new DefaultHttp2ResetFrame(error));
            var _ = channel.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!over) {
            attempt.listener().onWritabilityChanged();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2ResetFrame reset) {
            resetCode = reset.errorCode();
            refused |= resetCode == Http2Error.REFUSED_STREAM.code();
        } else if (event instanceof Http2GoAwayFrame) {
            // only streams above the last one that the upstream will serve are told
            refused = true;
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(Kind.PROTOCOL, "breaks HTTP/2: " + cause.getMessage());
        // a stream error is answered by Netty, with its own code
        if (!(cause instanceof Http2Exception)) {
            var _ = context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (over) {
            return;
        }
        if (attempt.isComplete()) {
            release(attempt);
        } else if (refused) {
            fail(Kind.REFUSED, "refused the request before it began with it");
        } else if (resetCode >= 0) {
            fail(Kind.CLOSED, "reset the stream: " + Http2Error.valueOf(resetCode));
        } else {
            fail(Kind.CLOSED, "closed the connection before the response was complete");
        }
    }

    private void fail(Kind kind, String what) {
        if (!over) {
            over = true;
            attempt.fail(kind, connection.origin() + " " + what);
        }
    }
}
