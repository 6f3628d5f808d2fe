package dev.sidekey.upstream;

import dev.sidekey.http2.Http2RequestStream;
import dev.sidekey.upstream.AttemptFailure.Kind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;

/**
 * One stream of an HTTP/2 connection: translates what comes into events of its attempt. Confined to
 * its event loop.
 */
final class Http2Stream implements Carrier, Http2RequestStream.Listener {
    private final Http2Connection connection;
    private final Http2RequestStream stream;
    private final PooledAttempt attempt;
    private final boolean reused;
    private boolean over;

    Http2Stream(Http2Connection connection, PooledAttempt attempt, boolean reused) {
        this.connection = connection;
        this.stream = connection.requests().open(this);
        this.attempt = attempt;
        this.reused = reused;
    }

    @Override
    public Origin origin() {
        return connection.origin();
    }

    @Override
    public Channel channel() {
        return connection.channel();
    }

    @Override
    public boolean isReused() {
        return reused;
    }

    @Override
    public void writeHead(HttpRequest head, ChannelFutureListener done) {
        stream.write(head).addListener(done);
    }

    @Override
    public ChannelFuture writeContent(HttpContent content) {
        return stream.write(content);
    }

    @Override
    public void flush() {
        stream.flush();
    }

    @Override
    public void read() {
        stream.read();
    }

    @Override
    public boolean isWritable() {
        return stream.isWritable();
    }

    @Override
    public void onMessage(HttpObject message) {
        if (over) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpResponse head) {
            onHead(head);
        } else {
            onContent((HttpContent) message);
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

    private void onContent(HttpContent content) {
        var last = content instanceof LastHttpContent;
        if (last) {
            attempt.responseEnded();
        }
        attempt.listener().onContent(content);
        if (last && !over) {
            release(attempt);
        }
    }

    @Override
    public void onReadComplete() {
        if (!over) {
            attempt.listener().onReadComplete(true);
        }
    }

    @Override
    public void release(PooledAttempt ended) {
        over = true;
        ended.detach();
        if (!ended.mayKeepConnection()) {
            // the response is whole and the request is not: nobody needs the rest (RFC 9113 §8.1)
            stream.reset(Http2Error.NO_ERROR);
        }
    }

    /** A closed stream is how HTTP/2 says that nobody waits any more (2.2 rule 3). */
    @Override
    public void drop() {
        if (!over) {
            over = true;
            stream.reset(Http2Error.CANCEL);
        }
    }

    @Override
    public void onWritable() {
        if (!over) {
            attempt.listener().onWritabilityChanged();
        }
    }

    @Override
    public void onReset(long code) {
        if (code == Http2Error.REFUSED_STREAM.code()) {
            onRefused();
        } else {
            fail(Kind.CLOSED, "reset the stream: " + Http2Error.valueOf(code));
        }
    }

    @Override
    public void onRefused() {
        fail(Kind.REFUSED, "refused the request before it began with it");
    }

    @Override
    public void onBroken(Throwable cause) {
        fail(Kind.PROTOCOL, "breaks HTTP/2: " + cause.getMessage());
    }

    @Override
    public void onClosed() {
        connection.closed();
        fail(Kind.CLOSED, "closed the connection before the response was complete");
    }

    private void fail(Kind kind, String what) {
        if (!over) {
            over = true;
            attempt.fail(kind, connection.origin() + " " + what);
        }
    }
}
