package dev.sidekey.upstream;

import dev.sidekey.address.TrustedRoots;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** TLS to upstreams: BoringSSL where it loads, full verification of chain and host name always. */
public final class UpstreamTls {
    private final SslContext context;
    private final Duration timeout;

    /**
     * Prepares TLS.
     *
     * @param timeout for the handshake
     * @throws SSLException when no TLS engine accepts the roots
     */
    public UpstreamTls(TrustedRoots roots, Duration timeout) throws SSLException {
        this.context =
                SslContextBuilder.forClient()
                        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                        .trustManager(roots.factory())
                        .endpointIdentificationAlgorithm("HTTPS")
                        .build();
        this.timeout = timeout;
    }

    /** A handler for one connection, which names the host in SNI and verifies it. */
    SslHandler handler(ByteBufAllocator allocator, Origin origin) {
        var handler = context.newHandler(allocator, origin.host(), origin.port());
        handler.setHandshakeTimeoutMillis(timeout.toMillis());
        return handler;
    }
}
