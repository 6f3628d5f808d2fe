package dev.sidekey.address;

import dev.sidekey.config.EgressConfig;
import dev.sidekey.config.EgressConfig.PrivateRanges;
import dev.sidekey.config.HostPort;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may be connected to on the forward roads. Metadata services, link-local addresses and
 * Sidekey's own listeners are refused whatever the configuration says.
 */
public final class EgressPolicy implements AddressPolicy {
    private final HostList allow;
    private final HostList deny;
    private final boolean privateAllowed;
    private final List<HostPort> own;

    /**
     * Makes the policy.
     *
     * @param egress the configuration
     * @param listensOnLoopback whether only this machine's agents can ask
     * @param own Sidekey's listeners: never reached through itself
     */
    public EgressPolicy(EgressConfig egress, boolean listensOnLoopback, List<HostPort> own) {
        this.allow = new HostList(egress.allow());
        this.deny = new HostList(egress.deny());
        this.own = List.copyOf(own);
        this.privateAllowed =
                switch (egress.privateRanges()) {
                    case PrivateRanges.ALLOW -> true;
                    case PrivateRanges.DENY -> false;
                    case PrivateRanges.AUTO -> listensOnLoopback;
                };
    }

    @Override
    public @Nullable String refusal(String host, int port, @Nullable InetAddress address) {
        var judged = address == null ? HostLiteral.parse(host) : address;
        if (isOwn(host, port, judged)) {
            return "Sidekey does not forward to its own listeners";
        }
        if (deny.matches(host, port, judged)) {
            return host + " is in egress.deny";
        }
        return judged == null ? null : refusal(host, port, judged, AddressRange.of(judged));
    }

    private @Nullable String refusal(
            String host, int port, InetAddress judged, AddressRange range) {
        return switch (range) {
            case METADATA -> host + " is a cloud metadata service; those are never forwarded to";
            case LINK_LOCAL -> host + " is link-local; such addresses are never forwarded to";
            case UNUSABLE -> host + " is no address of a server";
            case LOOPBACK, PRIVATE ->
                    privateAllowed || allow.matches(host, port, judged)
                            ? null
                            : host
                                    + " is a loopback or private address; list it in egress.allow,"
                                    + " or set egress.private: allow";
            case PUBLIC -> null;
        };
    }

    private boolean isOwn(String host, int port, @Nullable InetAddress judged) {
        for (var listener : own) {
            var mine = HostLiteral.parse(listener.host());
            var anywhere = mine != null && mine.isAnyLocalAddress();
            var here = judged != null && (judged.isLoopbackAddress() || judged.isAnyLocalAddress());
            var same = listener.host().equals(host) || (judged != null && judged.equals(mine));
            if (listener.port() == port
                    && (same || here || (anywhere && host.equals("localhost")))) {
                return true;
            }
        }
        return false;
    }
}
