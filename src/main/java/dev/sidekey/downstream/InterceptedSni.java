package dev.sidekey.downstream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.AsyncMapping;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Awaits the ClientHello of an intercepted connection, then puts TLS in its own place. A client has
 * so long for hello and handshake together, however it cuts them; what Sidekey itself takes to make
 * a certificate is not counted. Confined to its event loop.
 */
final class InterceptedSni extends SniHandler {
    private static final int LONGEST_HELLO = 16 * 1024;

    private final long patience;
    private final long began;
    private long left;
    private @Nullable Future<?> timer;

    /**
     * @param contexts gives leases, which this handler releases
     * @param patience nanoseconds
     * @param began when the client's time began, as {@link System#nanoTime}
     */
    InterceptedSni(AsyncMapping<String, SslContext> contexts, long patience, long began) {
        // no timer of Netty's: that one would count our own time
        super(contexts, LONGEST_HELLO, 0);
        this.patience = patience;
        this.began = began;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
        timer = context.executor().schedule(() -> late(context), left(), TimeUnit.NANOSECONDS);
        super.handlerAdded(context);
    }

    private long left() {
        return patience - (System.nanoTime() - began);
    }

    private static void late(ChannelHandlerContext context) {
        context.fireExceptionCaught(
                new SslHandshakeTimeoutException("its ClientHello did not come in time"));
        var _ = context.close();
    }

    private void stopTimer() {
        if (timer != null) {
            var _ = timer.cancel(false);
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
        stopTimer();
        super.handlerRemoved0(context);
    }

    @Override
    protected Future<SslContext> lookup(ChannelHandlerContext context, String hostname)
            throws Exception {
        stopTimer();
        left = left();
        return super.lookup(context, hostname);
    }

    /** The connection has a hold of its own on the context from here on. */
    @Override
    protected void replaceHandler(ChannelHandlerContext context, String hostname, SslContext leased)
            throws Exception {
        try {
            super.replaceHandler(context, hostname, leased);
        } finally {
            ReferenceCountUtil.release(leased);
        }
    }

    @Override
    protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
        var handler = super.newSslHandler(context, allocator);
        handler.setHandshakeTimeout(Math.max(1, left), TimeUnit.NANOSECONDS);
        return handler;
    }
}
