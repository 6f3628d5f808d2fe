package dev.sidekey.address;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A list of hosts as an operator writes it: names, {@code *.} patterns, literals, CIDRs, each with
 * or without a port. Immutable.
 */
public final class HostList {
    private final List<Entry> entries;

    private record Entry(String host, int port, @Nullable Cidr cidr) {}

    /** Reads a list that was checked when the configuration was loaded. */
    public HostList(List<String> written) {
        entries = written.stream().map(HostList::entry).toList();
    }

    /** An entry without its port: {@code *} where it is a port alone, a network as it is. */
    public static String host(String written) {
        var entry = entry(written);
        return entry.cidr == null ? entry.host : written.strip();
    }

    private static Entry entry(String written) {
        var text = written.strip().toLowerCase(Locale.ROOT);
        var cidr = Cidr.parse(text);
        if (cidr != null) {
            return new Entry("", -1, cidr);
        }
        if (text.matches("\\d{1,5}")) {
            return new Entry("*", Integer.parseInt(text), null);
        }
        var colon = text.lastIndexOf(':');
        var single = colon >= 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
        var port = single && text.substring(colon + 1).matches("\\d{1,5}");
        var host = port ? text.substring(0, colon) : text;
        var literal = HostLiteral.parse(host);
        return new Entry(
                literal == null ? host : literal.getHostAddress(),
                port ? Integer.parseInt(text.substring(colon + 1)) : -1,
                null);
    }

    /** Whether the list names this host, port or address. */
    public boolean matches(String host, int port, @Nullable InetAddress address) {
        for (var entry : entries) {
            if (matches(entry, host, port, address)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an address that a name turns out to have could match where the name did not. */
    boolean namesNetworks() {
        for (var entry : entries) {
            if (entry.cidr != null || HostLiteral.parse(entry.host) != null) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(
            Entry entry, String host, int port, @Nullable InetAddress address) {
        if (entry.port >= 0 && entry.port != port) {
            return false;
        }
        if (entry.cidr != null) {
            return address != null && entry.cidr.contains(address);
        }
        if (entry.host.equals("*") || entry.host.equals(host)) {
            return true;
        }
        if (address != null && entry.host.equals(address.getHostAddress())) {
            return true;
        }
        return entry.host.startsWith("*.") && host.endsWith(entry.host.substring(1));
    }
}
