package dev.sidekey.upstream;

import dev.sidekey.address.TrustedRoots;
import dev.sidekey.threads.OffLoop;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
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
import io.netty.util.concurrent.Future;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** TLS to upstreams: BoringSSL where it loads, full verification of chain and host name always. */
public final class UpstreamTls {
    private final TrustedRoots roots;
    private final Duration timeout;
    private volatile @Nullable Contexts made;

    /** What connections are made of. */
    record Contexts(SslContext both, SslContext http1) {}

    /**
     * Prepares nothing yet.
     *
     * @param timeout for the handshake
     */
    public UpstreamTls(TrustedRoots roots, Duration timeout) {
        this.roots = roots;
        this.timeout = timeout;
    }

    /**
     * Loads BoringSSL and the roots, for which the first connection would wait else. Blocks for
     * some 100 ms: only where an upstream is known that wants TLS.
     *
     * @throws SSLException when no TLS engine accepts the roots
     */
    public void prepare() throws SSLException {
        var _ = contexts();
    }

    private synchronized Contexts contexts() throws SSLException {
        var contexts = made;
        if (contexts == null) {
            contexts =
                    new Contexts(
                            context(
                                    roots,
                                    ApplicationProtocolNames.HTTP_2,
                                    ApplicationProtocolNames.HTTP_1_1),
                            context(roots, ApplicationProtocolNames.HTTP_1_1));
            made = contexts;
        }
        return contexts;
    }

    /**
     * What connections are made of. Where they were not prepared, the first connections wait until
     * a virtual thread has done it, and the loop serves all others meanwhile.
     */
    Future<Contexts> contexts(EventLoop loop, OffLoop offLoop) {
        var contexts = made;
        return contexts == null
                ? offLoop.call(loop, this::contexts)
                : loop.newSucceededFuture(contexts);
    }

    private static SslContext context(TrustedRoots roots, String... protocols) throws SSLException {
        return SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .trustManager(roots.factory())
                .endpointIdentificationAlgorithm("HTTPS")
                .applicationProtocolConfig(offer(protocols))
                .build();
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
    SslHandler handler(Contexts of, ByteBufAllocator allocator, Origin origin, boolean http2) {
        var context = http2 ? of.both() : of.http1();
        var handler = context.newHandler(allocator, origin.host(), origin.port());
        handler.setHandshakeTimeoutMillis(timeout.toMillis());
        return handler;
    }
}
