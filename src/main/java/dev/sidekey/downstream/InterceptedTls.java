package dev.sidekey.downstream;

import dev.sidekey.http2.Http2Codecs;
import dev.sidekey.http2.Http2MessageCodec;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.NotSslRecordException;
import javax.net.ssl.SSLException;

/**
 * What an intercepted client speaks once its TLS stands: HTTP/2 or HTTP/1.1, as it chose (ALPN).
 */
final class InterceptedTls extends ApplicationProtocolNegotiationHandler {
    private final DownstreamListener.Service service;
    private final Authority authority;
    private final Door door;

    InterceptedTls(DownstreamListener.Service service, Authority authority, Door door) {
        super(ApplicationProtocolNames.HTTP_1_1);
        this.service = service;
        this.authority = authority;
        this.door = door;
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext context, String protocol) {
        if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
            addHttp2(context.channel());
        } else {
            DownstreamPipeline.addHttp1(context.channel(), door, service.limits().header());
        }
    }

    private void addHttp2(Channel channel) {
        var connection = new Http2ClientConnection(channel);
        channel.pipeline()
                .addLast(
                        Http2Codecs.server(service.limits().header()),
                        new Http2MultiplexHandler(new Streams(door, connection)),
                        connection);
        // frames are always read: what may come of each stream is bounded by its window
        channel.config().setAutoRead(true);
        channel.read();
    }

    /** A client that does not trust the CA says so by an alert, or by hanging up. */
    @Override
    protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
        service.rooms().forwards().distrusted(authority.host(), String.valueOf(cause.getMessage()));
        var _ = context.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var reason = cause instanceof DecoderException ? cause.getCause() : cause;
        if (reason instanceof SSLException && !(reason instanceof NotSslRecordException)) {
            handshakeFailure(context, reason);
            return;
        }
        // no handshake came about: a certificate that cannot be made, a hello that is none or late
        service.rooms().forwards().puzzled(authority.host(), String.valueOf(cause.getMessage()));
        var _ = context.close();
    }

    /** Each stream is an agent's request. */
    private static final class Streams extends ChannelInitializer<Channel> {
        private final Door door;
        private final Http2ClientConnection connection;

        Streams(Door door, Http2ClientConnection connection) {
            this.door = door;
            this.connection = connection;
        }

        @Override
        protected void initChannel(Channel stream) {
            stream.config().setAutoRead(false);
            connection.opened(stream);
            stream.pipeline().addLast(new Http2MessageCodec(), new Http2Client(door));
        }
    }
}
