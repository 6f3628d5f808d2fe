package dev.sidekey.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What kind of network an address belongs to (X1). An IPv6 form that carries an IPv4 address
 * (mapped, compatible, NAT64, 6to4) is judged by what it carries.
 */
public enum AddressRange {
    /** Cloud metadata services: never connected to. */
    METADATA,
    /** Link-local: never connected to; metadata services lie here too. */
    LINK_LOCAL,
    /** Unspecified, multicast, broadcast, reserved: nobody's server. */
    UNUSABLE,
    /** This machine. */
    LOOPBACK,
    /** RFC 1918, carrier-grade NAT, unique local. */
    PRIVATE,
    /** Everything else. */
    PUBLIC;

    private static final Set<String> METADATA_V4 =
            Set.of(
                    "169.254.169.254",
                    "169.254.170.2",
                    "169.254.170.23",
                    "100.100.100.200",
                    "168.63.129.16",
                    "192.0.0.192");
    private static final byte[] METADATA_V6 = {
        (byte) 0xfd, 0, 0x0e, (byte) 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x54
    };

    /** The range of an address. */
    public static AddressRange of(InetAddress address) {
        var bytes = address.getAddress();
        if (bytes.length == 4) {
            return ofV4(bytes);
        }
        var carried = carriedV4(bytes);
        return carried == null ? ofV6(bytes) : ofV4(carried);
    }

    private static AddressRange ofV4(byte[] bytes) {
        int a = bytes[0] & 0xff;
        int b = bytes[1] & 0xff;
        if (METADATA_V4.contains(text(bytes))) {
            return METADATA;
        }
        if (a == 127) {
            return LOOPBACK;
        }
        if (a == 169 && b == 254) {
            return LINK_LOCAL;
        }
        if (a == 10
                || (a == 172 && b >= 16 && b < 32)
                || (a == 192 && b == 168)
                || (a == 100 && b >= 64 && b < 128)
                || (a == 198 && (b == 18 || b == 19))) {
            return PRIVATE;
        }
        var protocolAssignments = a == 192 && b == 0 && (bytes[2] & 0xff) == 0;
        return a == 0 || a >= 224 || protocolAssignments ? UNUSABLE : PUBLIC;
    }

    private static AddressRange ofV6(byte[] bytes) {
        int a = bytes[0] & 0xff;
        int b = bytes[1] & 0xff;
        if (Arrays.equals(bytes, METADATA_V6)) {
            return METADATA;
        }
        if (isZero(bytes, 0, 15)) {
            return bytes[15] == 1 ? LOOPBACK : UNUSABLE;
        }
        if (a == 0xfe && (b & 0xc0) == 0x80) {
            return LINK_LOCAL;
        }
        if ((a & 0xfe) == 0xfc || (a == 0xfe && (b & 0xc0) == 0xc0)) {
            return PRIVATE;
        }
        return a == 0xff ? UNUSABLE : PUBLIC;
    }

    /** The IPv4 address inside, or null. {@code ::} and {@code ::1} carry none. */
    private static byte @Nullable [] carriedV4(byte[] bytes) {
        var mapped =
                isZero(bytes, 0, 10) && (bytes[10] & 0xff) == 0xff && (bytes[11] & 0xff) == 0xff;
        var compatible = isZero(bytes, 0, 12) && !isZero(bytes, 12, 15);
        var nat64 =
                bytes[0] == 0
                        && bytes[1] == 0x64
                        && (bytes[2] & 0xff) == 0xff
                        && (bytes[3] & 0xff) == 0x9b;
        if (mapped || compatible || nat64) {
            return Arrays.copyOfRange(bytes, 12, 16);
        }
        var sixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
        if (sixToFour) {
            return Arrays.copyOfRange(bytes, 2, 6);
        }
        var teredo = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0;
        if (teredo) {
            var hidden = Arrays.copyOfRange(bytes, 12, 16);
            for (int i = 0; i < hidden.length; i++) {
                hidden[i] = (byte) ~hidden[i];
            }
            return hidden;
        }
        return null;
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static String text(byte[] v4) {
        try {
            return ((Inet4Address) InetAddress.getByAddress(v4)).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("four bytes are an address", e);
        }
    }
}
