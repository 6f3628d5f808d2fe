package dev.sidekey.address;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A block of addresses.
 *
 * @param network any address of it
 * @param prefix how many leading bits count
 */
record Cidr(InetAddress network, int prefix) {

    /** Reads {@code 10.0.0.0/8} or {@code fc00::/7}; null when it is none. */
    static @Nullable Cidr parse(String text) {
        var slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,3}")) {
            return null;
        }
        var network = HostLiteral.parse(text.substring(0, slash));
        var prefix = Integer.parseInt(text.substring(slash + 1));
        return network == null || prefix > network.getAddress().length * 8
                ? null
                : new Cidr(network, prefix);
    }

    boolean contains(InetAddress address) {
        var mine = network.getAddress();
        var other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((mine[bit / 8] & mask) != (other[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
