package dev.sidekey.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sees an IP address in every spelling that a resolver accepts: {@code 2852039166}, {@code
 * 0251.0376.0251.0376}, {@code 0xa9fea9fe}, {@code [::ffff:169.254.169.254]}, a final dot.
 */
public final class HostLiteral {
    private HostLiteral() {}

    /** The address that a host spells; null when it is a name. Looks nothing up. */
    public static @Nullable InetAddress parse(String host) {
        var text = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (text.startsWith("[") && text.endsWith("]")) {
            text = text.substring(1, text.length() - 1);
        }
        return text.indexOf(':') >= 0 ? v6(text) : v4(text.toLowerCase(Locale.ROOT));
    }

    private static @Nullable InetAddress v6(String text) {
        var zone = text.indexOf('%');
        var bare = zone < 0 ? text : text.substring(0, zone);
        if (!bare.matches("[0-9a-fA-F:.]+")) {
            return null;
        }
        try {
            // only digits and colons: the JDK parses it and asks nobody
            return InetAddress.getByName(bare);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** As inet_aton reads it: one to four parts, each decimal, octal or hexadecimal. */
    private static @Nullable InetAddress v4(String text) {
        var parts = text.split("\\.", -1);
        if (parts.length > 4) {
            return null;
        }
        long value = 0;
        for (int i = 0; i < parts.length; i++) {
            var last = i == parts.length - 1;
            var part = number(parts[i]);
            int width = last ? 8 * (5 - parts.length) : 8;
            if (part < 0 || part >= 1L << width) {
                return null;
            }
            value = (value << width) | part;
        }
        try {
            return InetAddress.getByAddress(
                    new byte[] {
                        (byte) (value >> 24),
                        (byte) (value >> 16),
                        (byte) (value >> 8),
                        (byte) value
                    });
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("four bytes are an address", e);
        }
    }

    private static long number(String part) {
        try {
            if (part.matches("0x[0-9a-f]{1,16}")) {
                return Long.parseLong(part.substring(2), 16);
            }
            if (part.matches("0[0-7]{1,16}")) {
                return Long.parseLong(part.substring(1), 8);
            }
            return part.matches("\\d{1,16}") ? Long.parseLong(part) : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
