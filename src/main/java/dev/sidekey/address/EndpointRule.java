package dev.sidekey.address;

import dev.sidekey.config.EgressConfig;
import dev.sidekey.config.HostPort;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where OAuth requests for one upstream may go (X1, X2): their URLs come from strangers. An
 * endpoint may lie in the same kind of range as the configured upstream: loopback for a loopback
 * one, private for a private one; else private ranges need {@code egress.allow}, plain http needs
 * {@code insecure-http}. Metadata services are refused always.
 */
public final class EndpointRule implements AddressPolicy {
    private final HostList allow;
    private final HostList deny;
    private final List<HostPort> insecureHttp;
    private final AddressRange home;
    private final @Nullable URI own;

    /**
     * Makes the rule of an upstream.
     *
     * @param egress whose allow and deny lists hold here too
     * @param insecureHttp hosts that may be reached without TLS
     * @param home the range in which the configured upstream itself lies
     */
    public EndpointRule(EgressConfig egress, List<HostPort> insecureHttp, AddressRange home) {
        this(egress, insecureHttp, home, null);
    }

    /**
     * Makes the rule for a URL of the operator's own, whose host is believed whatever its address.
     */
    EndpointRule(
            EgressConfig egress,
            List<HostPort> insecureHttp,
            AddressRange home,
            @Nullable URI own) {
        this.allow = new HostList(egress.allow());
        this.deny = new HostList(egress.deny());
        this.insecureHttp = List.copyOf(insecureHttp);
        this.home = home;
        this.own = own;
    }

    /** Why a URL may not be asked, or null: its scheme and host as they are written (A9, X3). */
    public @Nullable String refusal(URI url) {
        var host = url.getHost();
        if (host == null || url.getRawUserInfo() != null) {
            return "it is no plain URL of a host";
        }
        var name = host.toLowerCase(Locale.ROOT);
        if (isOwn(name, url.getPort())) {
            return null;
        }
        var secure = "https".equalsIgnoreCase(url.getScheme());
        if (!secure && !"http".equalsIgnoreCase(url.getScheme())) {
            return "only https is asked";
        }
        int port = url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
        if (!secure && !mayBePlain(name, port)) {
            return "plain http is refused; if that is meant, list "
                    + name
                    + ":"
                    + port
                    + " in insecure-http";
        }
        return refusal(name, port, HostLiteral.parse(name));
    }

    private boolean mayBePlain(String host, int port) {
        var literal = HostLiteral.parse(host);
        var loopback = host.equals("localhost") || (literal != null && literal.isLoopbackAddress());
        return (loopback && home == AddressRange.LOOPBACK)
                || insecureHttp.stream()
                        .anyMatch(one -> one.host().equalsIgnoreCase(host) && one.port() == port);
    }

    private boolean isOwn(String host, int port) {
        return own != null && own.getHost().equalsIgnoreCase(host) && own.getPort() == port;
    }

    @Override
    public @Nullable String refusal(String host, int port, @Nullable InetAddress address) {
        if (deny.matches(host, port, address)) {
            return host + " is in egress.deny";
        }
        if (address == null || isOwn(host, port)) {
            return null;
        }
        var range = AddressRange.of(address);
        return switch (range) {
            case METADATA -> host + " is a cloud metadata service; those are never asked";
            case LINK_LOCAL -> host + " is link-local; such addresses are never asked";
            case UNUSABLE -> host + " is no address of a server";
            case PUBLIC -> null;
            case LOOPBACK, PRIVATE ->
                    range == home || allow.matches(host, port, address)
                            ? null
                            : host
                                    + " is a "
                                    + range.name().toLowerCase(Locale.ROOT)
                                    + " address and the upstream is not; if that is meant, list "
                                    + host
                                    + " in egress.allow";
        };
    }
}
