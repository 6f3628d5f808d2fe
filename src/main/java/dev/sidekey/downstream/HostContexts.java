package dev.sidekey.downstream;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sidekey.certificate.Leaf;
import dev.sidekey.certificate.LeafCertificates;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * What intercepted hosts are shown as: one TLS context a host, made on virtual threads and kept for
 * an hour, so many and no more. BoringSSL's memory is none that the garbage collector knows of: it
 * is given back as soon as neither this cache nor a connection needs it. Safe on every thread.
 */
final class HostContexts implements AutoCloseable {
    static final int MOST_HOSTS = 500;

    /**
     * Clients show no certificates. Without this each context would read the Java runtime's roots
     * anew, tens of milliseconds, and keep their names.
     */
    private static final TrustManagerFactory NOBODY = trustingNobody();

    private static final Duration MEMORY = Duration.ofHours(1);
    private static final long SESSIONS_A_HOST = 1_000;

    private final LeafCertificates leaves;
    private final Executor virtualThreads;
    private final AsyncCache<String, SslContext> contexts =
            Caffeine.newBuilder()
                    .maximumSize(MOST_HOSTS)
                    .expireAfterWrite(MEMORY)
                    // to let go of one is a count and, the last time, a free
                    .executor(Runnable::run)
                    .<String, SslContext>removalListener(
                            (_, context, _) -> ReferenceCountUtil.release(context))
                    .buildAsync();
    private volatile boolean closed;

    HostContexts(LeafCertificates leaves, Executor virtualThreads) {
        this.leaves = leaves;
        this.virtualThreads = virtualThreads;
    }

    /** The context of a host; whoever asks must release it. Completes on any thread. */
    CompletableFuture<SslContext> lease(String host) {
        return contexts.get(host, (name, _) -> make(name))
                .thenCompose(context -> {
                    var isLeased = retain(context);
                    if (closed) {
                        contexts.synchronous().invalidate(host);
                    }
                    // forgotten between the two: made anew
                    return isLeased ? CompletableFuture.completedFuture(context) : lease(host);
                });
    }

    private static boolean retain(SslContext context) {
        try {
            var _ = ReferenceCountUtil.retain(context);
            return true;
        } catch (IllegalReferenceCountException gone) {
            return false;
        }
    }

    private CompletableFuture<SslContext> make(String host) {
        return leaves.leaf(host).thenApplyAsync(HostContexts::of, virtualThreads);
    }

    /** With the cache, what BoringSSL needs of a key is made once a host, not once a handshake. */
    private static SslContextBuilder builder(Leaf leaf) {
        var keys = LeafKeys.of(leaf);
        return OpenSsl.isAvailable()
                ? SslContextBuilder.forServer(new OpenSslCachingX509KeyManagerFactory(keys))
                        .sslProvider(SslProvider.OPENSSL_REFCNT)
                : SslContextBuilder.forServer(keys).sslProvider(SslProvider.JDK);
    }

    private static TrustManagerFactory trustingNobody() {
        try {
            var none = KeyStore.getInstance(KeyStore.getDefaultType());
            none.load(null, null);
            var factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(none);
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java runtime has an empty key store", e);
        }
    }

    private static SslContext of(Leaf leaf) {
        try {
            return builder(leaf)
                    .trustManager(NOBODY)
                    .sessionCacheSize(SESSIONS_A_HOST)
                    .applicationProtocolConfig(
                            new ApplicationProtocolConfig(
                                    Protocol.ALPN,
                                    SelectorFailureBehavior.NO_ADVERTISE,
                                    SelectedListenerFailureBehavior.ACCEPT,
                                    ApplicationProtocolNames.HTTP_2,
                                    ApplicationProtocolNames.HTTP_1_1))
                    .build();
        } catch (SSLException e) {
            throw new CompletionException(e);
        }
    }

    /** Keeps none from now on; leases go on. */
    @Override
    public void close() {
        closed = true;
        contexts.synchronous().invalidateAll();
    }
}
