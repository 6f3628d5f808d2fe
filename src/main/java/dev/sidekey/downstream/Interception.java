package dev.sidekey.downstream;

import dev.sidekey.address.HostList;
import dev.sidekey.address.HostLiteral;
import dev.sidekey.certificate.CertificateAuthority;
import dev.sidekey.config.ImplicitUpstreams;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.exchange.McpUrls;
import dev.sidekey.exchange.Route;
import dev.sidekey.exchange.Routes;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslContext;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Which tunnels are looked into, and what they are shown: hosts of configured upstreams, and those
 * that {@code egress.intercept} names. Safe on every thread.
 */
public final class Interception implements AutoCloseable {
    private final Routes routes;
    private final HostList patterns;
    private final McpUrls mcp;
    private final HostContexts contexts;

    /**
     * Prepares interception.
     *
     * @param routes whose hosts are intercepted
     * @param patterns further hosts
     * @param mcp what is authorized there
     * @param contexts what they are shown as
     */
    private Interception(Routes routes, HostList patterns, McpUrls mcp, HostContexts contexts) {
        this.mcp = mcp;
        this.routes = routes;
        this.patterns = patterns;
        this.contexts = contexts;
    }

    /** What a configuration says, with the CA of its state directory. Blocks. */
    public static Interception of(SidekeyConfig config, Routes routes, Executor virtualThreads) {
        var authority = CertificateAuthority.of(config, Clock.systemUTC());
        authority.remember();
        var leaves = authority.leaves(virtualThreads);
        return new Interception(
                routes,
                new HostList(config.egress().intercept()),
                new McpUrls(ImplicitUpstreams.of(config)),
                new HostContexts(leaves, virtualThreads));
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

    /** What a host is shown as; whoever asks must release it. Completes on any thread. */
    CompletableFuture<SslContext> context(String host) {
        return contexts.lease(host);
    }

    /** Lets go of what it keeps; connections go on, and new ones of its callers still can. */
    @Override
    public void close() {
        contexts.close();
    }
}
