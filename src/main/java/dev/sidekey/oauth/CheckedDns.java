package dev.sidekey.oauth;

import dev.sidekey.address.AddressPolicy;
import dev.sidekey.address.Resolver;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Dns;
import org.jspecify.annotations.Nullable;

/** Looks names up and hands out only addresses that the rule allows. */
final class CheckedDns implements Dns {
    private final Resolver resolver;
    private final AddressPolicy rule;
    private final int port;
    private volatile @Nullable String refusal;

    CheckedDns(Resolver resolver, AddressPolicy rule, URI location) {
        this.resolver = resolver;
        this.rule = rule;
        this.port = location.getPort();
    }

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        var allowed = new ArrayList<InetAddress>();
        for (var address : resolver.resolve(host)) {
            var refused = rule.refusal(host, port, address);
            if (refused == null) {
                allowed.add(address);
            } else {
                refusal = refused;
            }
        }
        if (allowed.isEmpty()) {
            throw new UnknownHostException(host);
        }
        refusal = null;
        return allowed;
    }

    /** Why no address of the last look-up may be used; null when one may. */
    @Nullable String refusal() {
        return refusal;
    }
}
