package dev.sidekey.address;

import dev.sidekey.config.EgressConfig;
import dev.sidekey.config.HostPort;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Makes the rule of each upstream: what an authorization server may ask of us depends on it (X2).
 */
public final class EndpointRules {
    private final EgressConfig egress;
    private final List<HostPort> insecureHttp;
    private final Resolver resolver;

    /**
     * Makes rules from the configuration.
     *
     * @param insecureHttp hosts that may be reached without TLS
     * @param resolver finds the range in which an upstream itself lies
     */
    public EndpointRules(EgressConfig egress, List<HostPort> insecureHttp, Resolver resolver) {
        this.egress = egress;
        this.insecureHttp = List.copyOf(insecureHttp);
        this.resolver = resolver;
    }

    /** The rule for an upstream's OAuth requests. Blocks where its name has to be looked up. */
    public EndpointRule of(URI upstream) {
        return new EndpointRule(egress, insecureHttp, home(upstream));
    }

    /**
     * The rule for a URL that the operator wrote, such as a metadata service's: its own host may be
     * any, over plain http too; a redirect elsewhere is judged as a stranger's.
     */
    public EndpointRule ofOperators(URI url) {
        return new EndpointRule(egress, insecureHttp, AddressRange.PUBLIC, url);
    }

    private AddressRange home(URI upstream) {
        try {
            return AddressRange.of(resolver.resolve(upstream.getHost()).getFirst());
        } catch (UnknownHostException e) {
            // nothing is known of it, so nothing is allowed on its account
            return AddressRange.PUBLIC;
        }
    }
}
