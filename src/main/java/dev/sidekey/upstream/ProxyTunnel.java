package dev.sidekey.upstream;

import dev.sidekey.address.OuterProxy;
import dev.sidekey.upstream.AttemptFailure.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Asks an outer proxy for a tunnel (RFC 9110 §9.3.6) and leaves the pipeline once it stands. */
final class ProxyTunnel extends ByteToMessageDecoder {
    private static final int LONGEST_ANSWER = 16 * 1024;

    private final Origin origin;
    private final URI proxy;
    private final Promise<Void> opened;

    private ProxyTunnel(Origin origin, URI proxy, Promise<Void> opened) {
        this.origin = origin;
        this.proxy = proxy;
        this.opened = opened;
    }

    /** Asks for a tunnel on a new connection; the future completes when it stands. */
    static Future<Void> open(Channel channel, Origin origin, URI proxy) {
        Promise<Void> opened = channel.eventLoop().newPromise();
        channel.pipeline().addLast(new ProxyTunnel(origin, proxy, opened));
        return opened;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        var destination =
                origin.host().indexOf(':') >= 0 ? "[" + origin.host() + "]" : origin.host();
        var authority = destination + ":" + origin.port();
        var credentials = OuterProxy.basic(proxy);
        var request =
                "CONNECT "
                        + authority
                        + " HTTP/1.1\r\nHost: "
                        + authority
                        + "\r\n"
                        + (credentials == null
                                ? ""
                                : "Proxy-Authorization: " + credentials + "\r\n")
                        + "\r\n";
        var bytes = Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII);
        context.writeAndFlush(bytes)
                .addListener(sent -> {
                    if (!sent.isSuccess()) {
                        fail("cannot be reached");
                    }
                });
        context.read();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        var answer = in.toString(StandardCharsets.US_ASCII);
        int end = answer.indexOf("\r\n\r\n");
        if (end < 0) {
            if (in.readableBytes() > LONGEST_ANSWER) {
                fail("answers no HTTP");
            } else {
                context.read();
            }
            return;
        }
        in.skipBytes(end + 4);
        if (answer.matches("(?s)HTTP/1\\.[01] 2\\d\\d.*")) {
            // whoever uses the tunnel stands behind this handler before it hands on what is left
            opened.trySuccess(null);
            context.pipeline().remove(this);
        } else {
            fail("refuses the tunnel: " + answer.lines().findFirst().orElse(""));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail("closed the connection");
    }

    private void fail(String what) {
        opened.tryFailure(
                new ConnectFailure(
                        Kind.CONNECT,
                        "the outer proxy " + proxy.getHost() + " for " + origin + " " + what));
    }
}
