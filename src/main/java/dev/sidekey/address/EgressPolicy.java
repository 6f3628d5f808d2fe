package dev.sidekey.address;

import dev.sidekey.config.EgressConfig;
import dev.sidekey.config.EgressConfig.PrivateRanges;
import dev.sidekey.config.EgressConfig.Unmatched;
import dev.sidekey.config.HostPort;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may be connected to for agents. One policy for every road that leads to a host of the agent's
 * choice. Metadata services, link-local addresses and Sidekey's own listeners are refused whatever
 * the configuration says.
 */
public final class EgressPolicy implements AddressPolicy {
    private final HostList allow;
    private final HostList deny;
    private final boolean privateAllowed;
    private final boolean onlyListed;
    private final Supplier<List<HostPort>> own;

    private EgressPolicy(
            EgressConfig egress,
            boolean privateAllowed,
            boolean onlyListed,
            Supplier<List<HostPort>> own) {
        this.allow = new HostList(egress.allow());
        this.deny = new HostList(egress.deny());
        this.privateAllowed = privateAllowed;
        this.onlyListed = onlyListed;
        this.own = own;
    }

    /**
     * The policy for hosts that are no configured upstream.
     *
     * @param listensOnLoopback whether only this machine's agents can ask
     * @param own Sidekey's listeners: never reached through itself
     */
    public static EgressPolicy forwarded(
            EgressConfig egress, boolean listensOnLoopback, Supplier<List<HostPort>> own) {
        var privateAllowed =
                switch (egress.privateRanges()) {
                    case PrivateRanges.ALLOW -> true;
                    case PrivateRanges.DENY -> false;
                    case PrivateRanges.AUTO -> listensOnLoopback;
                };
        var onlyListed = egress.unmatched() == Unmatched.DENY;
        return new EgressPolicy(egress, privateAllowed, onlyListed, own);
    }

    /** The policy for configured upstreams: the operator has named them, private or not. */
    public static EgressPolicy configured(EgressConfig egress, Supplier<List<HostPort>> own) {
        return new EgressPolicy(egress, true, false, own);
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
        if (onlyListed && !isListed(host, port, judged)) {
            return host
                    + " is no configured upstream and not in egress.allow (egress.unmatched: deny)";
        }
        return judged == null ? null : refusal(host, port, judged, AddressRange.of(judged));
    }

    /** A name may still turn out to lie in an allowed network: that is judged by its address. */
    private boolean isListed(String host, int port, @Nullable InetAddress judged) {
        return allow.matches(host, port, judged) || (judged == null && allow.namesNetworks());
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
        for (var listener : own.get()) {
            if (listener.port() == port && isOwn(host, judged, listener)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOwn(String host, @Nullable InetAddress judged, HostPort listener) {
        if (judged == null) {
            return listener.host().equals(host) || host.equals("localhost");
        }
        var mine = HostLiteral.parse(listener.host());
        return judged.isLoopbackAddress()
                || judged.isAnyLocalAddress()
                || AddressRange.of(judged) == AddressRange.LOOPBACK
                || judged.equals(mine)
                || (mine != null && mine.isAnyLocalAddress() && isOfThisMachine(judged));
    }

    private static boolean isOfThisMachine(InetAddress judged) {
        try {
            return NetworkInterface.getByInetAddress(judged) != null;
        } catch (SocketException e) {
            // nothing is known of it: only the listener's own port is at stake
            return true;
        }
    }
}
