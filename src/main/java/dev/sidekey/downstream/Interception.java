package dev.sidekey.downstream;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sidekey.address.HostList;
import dev.sidekey.address.HostLiteral;
import dev.sidekey.certificate.CertificateAuthority;
import dev.sidekey.certificate.Leaf;
import dev.sidekey.certificate.LeafCertificates;
import dev.sidekey.config.ImplicitUpstreams;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.exchange.McpUrls;
import dev.sidekey.exchange.Route;
import dev.sidekey.exchange.Routes;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;

/**
 * Which tunnels are looked into, and what they are shown: hosts of configured upstreams, and those
 * that {@code egress.intercept} names. Contexts are made on virtual threads and kept for an hour,
 * so many and no more. Safe on every thread.
 */
public final class Interception {
    private static final int MOST_HOSTS = 500;
    private static final Duration MEMORY = Duration.ofHours(1);
    private static final long SESSIONS_A_HOST = 1_000;

    private final Routes routes;
    private final HostList patterns;
    private final LeafCertificates leaves;
    private final Executor virtualThreads;
    private final McpUrls mcp;
    private final AsyncCache<String, SslContext> contexts =
            Caffeine.newBuilder().maximumSize(MOST_HOSTS).expireAfterWrite(MEMORY).buildAsync();

    /**
     * Prepares interception.
     *
     * @param routes whose hosts are intercepted
     * @param patterns further hosts
     * @param mcp what is authorized there
     * @param leaves makes certificates
     */
    private Interception(
            Routes routes,
            HostList patterns,
            McpUrls mcp,
            LeafCertificates leaves,
            Executor virtualThreads) {
        this.mcp = mcp;
        this.routes = routes;
        this.patterns = patterns;
        this.leaves = leaves;
        this.virtualThreads = virtualThreads;
    }

    /** What a configuration says, with the CA of its state directory. */
    public static Interception of(SidekeyConfig config, Routes routes, Executor virtualThreads) {
        var leaves = CertificateAuthority.of(config, Clock.systemUTC()).leaves(virtualThreads);
        return new Interception(
                routes,
                new HostList(config.egress().intercept()),
                new McpUrls(ImplicitUpstreams.of(config)),
                leaves,
                virtualThreads);
    }

    /** Whether a tunnel to this host and port is looked into. */
    boolean concerns(Authority authority) {
        return takesTls(authority) || takesPlain(authority);
    }

    /** Whether the host is an upstream's: those the operator has named, and no policy judges. */
    boolean isConfigured(Authority authority) {
        return takesPlain(authority)
                || routes.isConfigured("https", authority.host(), authority.port());
    }

    /** Whether TLS inside is taken off. */
    boolean takesTls(Authority authority) {
        return routes.isConfigured("https", authority.host(), authority.port())
                || isNamed(authority);
    }

    /** Whether HTTP without TLS is understood inside: some clients tunnel that too. */
    boolean takesPlain(Authority authority) {
        return routes.isConfigured("http", authority.host(), authority.port());
    }

    /** Whether the host is one of {@code egress.intercept}. */
    boolean isNamed(Authority authority) {
        return patterns.matches(
                authority.host(), authority.port(), HostLiteral.parse(authority.host()));
    }

    /** Where a request to a host of {@code egress.intercept} goes: authorized if it is for MCP. */
    Route route(HttpRequest request, Route route) {
        return mcp.route(request, route);
    }

    /** What a host is shown as. Completes on any thread. */
    CompletableFuture<SslContext> context(String host) {
        return contexts.get(
                host,
                (name, _) -> leaves.leaf(name).thenApplyAsync(Interception::of, virtualThreads));
    }

    private static SslContext of(Leaf leaf) {
        try {
            return SslContextBuilder.forServer(
                            leaf.key(), leaf.chain().toArray(X509Certificate[]::new))
                    .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
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
}
