package dev.sidekey.grant;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The few DER structures that turn older private keys into PKCS#8. */
final class Der {
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int PARAMETERS = 0xa0;
    private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private Der() {}

    /** RFC 8017 RSAPrivateKey. */
    static byte[] pkcs8OfRsa(byte[] key) {
        return value(SEQUENCE, join(VERSION_0, RSA, value(OCTETS, key)));
    }

    /**
     * RFC 5915 ECPrivateKey.
     *
     * @param curve the curve's object identifier where it stands beside the key; else null
     */
    static byte[] pkcs8OfEc(byte[] key, byte @Nullable [] curve) throws GeneralSecurityException {
        var inside = member(content(key), PARAMETERS);
        var named = inside == null ? curve : inside;
        if (named == null) {
            throw new GeneralSecurityException("holds an EC key that names no curve");
        }
        var algorithm = value(SEQUENCE, join(EC, named));
        return value(SEQUENCE, join(VERSION_0, algorithm, value(OCTETS, key)));
    }

    /** The content of the one value that the bytes are. */
    private static byte[] content(byte[] der) throws GeneralSecurityException {
        if (der.length == 0) {
            throw damaged();
        }
        var content = member(der, der[0] & 0xff);
        if (content == null) {
            throw damaged();
        }
        return content;
    }

    /**
     * The content of the first value with a tag, among values in a row; null when there is none.
     */
    private static byte @Nullable [] member(byte[] values, int tag)
            throws GeneralSecurityException {
        int at = 0;
        while (at + 1 < values.length) {
            int found = values[at++] & 0xff;
            int octets = values[at] & 0xff;
            // a short length, or one or two octets of a long one: no key is longer
            int size = octets < 0x80 ? 0 : octets - 0x80;
            if (size > 2 || at + size >= values.length) {
                throw damaged();
            }
            int length = size == 0 ? octets : 0;
            for (int i = 1; i <= size; i++) {
                length = (length << 8) | (values[at + i] & 0xff);
            }
            at += 1 + size;
            if (at + length > values.length) {
                throw damaged();
            }
            if (found == tag) {
                return Arrays.copyOfRange(values, at, at + length);
            }
            at += length;
        }
        return null;
    }

    private static byte[] value(int tag, byte[] content) {
        int size = content.length;
        var head =
                size < 0x80
                        ? new byte[] {(byte) tag, (byte) size}
                        : new byte[] {(byte) tag, (byte) 0x82, (byte) (size >> 8), (byte) size};
        return join(head, content);
    }

    private static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static GeneralSecurityException damaged() {
        return new GeneralSecurityException("holds a damaged key");
    }
}
