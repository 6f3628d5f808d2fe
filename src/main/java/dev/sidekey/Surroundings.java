package dev.sidekey;

import dev.sidekey.address.OuterProxy;
import dev.sidekey.address.TrustedRoots;
import dev.sidekey.config.HostPort;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.upstream.UpstreamTls;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What lies around this Sidekey on its machine. */
final class Surroundings {
    private static final Logger LOG = LoggerFactory.getLogger(Surroundings.class);

    private Surroundings() {}

    /** The proxy that the environment names, unless that is Sidekey itself. */
    static OuterProxy outerProxy(SidekeyConfig config, Map<String, String> environment) {
        var warnings = new ArrayList<String>();
        var own = List.of(config.listen().port(), config.adminListen().port());
        var proxy =
                OuterProxy.of(
                        environment,
                        address -> isLoopback(address) && own.contains(address.getPort()),
                        warnings);
        warnings.forEach(LOG::warn);
        if (proxy.isPresent()) {
            LOG.info("an outer proxy is used: behind it only names and literals can be checked");
        }
        return proxy;
    }

    /**
     * What is never reached through Sidekey itself: its listeners, and the place on this machine
     * where logins come back, whichever Sidekey answers there.
     *
     * @param admin with the port that the system chose
     * @param listenPort the port that the system chose
     */
    static List<HostPort> own(SidekeyConfig config, HostPort admin, int listenPort) {
        var own = new ArrayList<>(List.of(admin, new HostPort(config.listen().host(), listenPort)));
        var callback = config.publicUrl();
        if (callback.getPort() > 0 && isLoopback(callback)) {
            own.add(new HostPort(admin.host(), callback.getPort()));
        }
        return List.copyOf(own);
    }

    /** Ready before the first call where TLS will be wanted; where not, nothing of it is loaded. */
    static UpstreamTls upstreamTls(SidekeyConfig config, TrustedRoots roots) throws SSLException {
        var tls = new UpstreamTls(roots, config.limits().upstreamConnectTimeout());
        if (!config.egress().intercept().isEmpty()
                || config.upstreams().values().stream().anyMatch(Surroundings::isSecure)) {
            tls.prepare();
        }
        return tls;
    }

    private static boolean isSecure(UpstreamConfig upstream) {
        return "https".equalsIgnoreCase(upstream.url().getScheme());
    }

    static boolean isLoopback(InetSocketAddress address) {
        var host = address.getHostString();
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
    }

    static boolean isLoopback(URI url) {
        return isLoopback(InetSocketAddress.createUnresolved(url.getHost(), 0));
    }
}
