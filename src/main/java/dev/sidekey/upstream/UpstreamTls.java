package dev.sidekey.upstream;

import dev.sidekey.address.TrustedRoots;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** TLS to upstreams: BoringSSL where it loads, full verification of chain and host name always. */
public final class UpstreamTls {
    private final SslContext both;
    private final SslContext http1;
    private final Duration timeout;

    /**
     * Prepares TLS.
     *
     * @param timeout for the handshake
     * @throws SSLException when no TLS engine accepts the roots
     */
    public UpstreamTls(TrustedRoots roots, Duration timeout) throws SSLException {
        this.both =
                context(roots)
                        .applicationProtocolConfig(
                                offer(
                                        ApplicationProtocolNames.HTTP_2,
                                        ApplicationProtocolNames.HTTP_1_1))
                        .build();
        this.http1 =
                context(roots)
                        .applicationProtocolConfig(offer(ApplicationProtocolNames.HTTP_1_1))
                        .build();
        this.timeout = timeout;
    }

    private static SslContextBuilder context(TrustedRoots roots) {
        return SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .trustManager(roots.factory())
                .endpointIdentificationAlgorithm("HTTPS");
    }

    private static ApplicationProtocolConfig offer(String... protocols) {
        return new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                protocols);
    }

    /**
     * A handler for one connection, which names the host in SNI and verifies it.
     *
     * @param http2 whether HTTP/2 is offered beside HTTP/1.1
     */
    SslHandler handler(ByteBufAllocator allocator, Origin origin, boolean http2) {
        var context = http2 ? both : http1;
        var handler = context.newHandler(allocator, origin.host(), origin.port());
        handler.setHandshakeTimeoutMillis(timeout.toMillis());
        return handler;
    }
}
