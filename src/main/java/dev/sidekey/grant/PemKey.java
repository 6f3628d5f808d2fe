package dev.sidekey.grant;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A private key in PEM: PKCS#8 (RFC 5958), or one of its ancestors PKCS#1 (RFC 8017) and SEC 1 (RFC
 * 5915), which are wrapped, since Java reads PKCS#8 only.
 */
final class PemKey {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    private PemKey() {}

    /**
     * Reads the first private key of a file; certificates beside it are passed over.
     *
     * @throws GeneralSecurityException saying, without any of the key, why there is none
     */
    static PrivateKey parse(String pem) throws GeneralSecurityException {
        byte @Nullable [] curve = null;
        var blocks = BLOCK.matcher(pem);
        while (blocks.find()) {
            var bytes = Base64.getMimeDecoder().decode(blocks.group(2));
            switch (blocks.group(1)) {
                case "EC PARAMETERS" -> curve = bytes;
                case "PRIVATE KEY" -> {
                    return pkcs8(bytes);
                }
                case "RSA PRIVATE KEY" -> {
                    return pkcs8(Der.pkcs8OfRsa(bytes));
                }
                case "EC PRIVATE KEY" -> {
                    return pkcs8(Der.pkcs8OfEc(bytes, curve));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                        throw new GeneralSecurityException("holds a key that needs a passphrase");
                default -> {}
            }
        }
        throw new GeneralSecurityException("holds no private key in PEM");
    }

    private static PrivateKey pkcs8(byte[] bytes) throws GeneralSecurityException {
        for (var algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(bytes));
            } catch (InvalidKeySpecException e) {
                // the key of another algorithm
            }
        }
        throw new GeneralSecurityException("holds a key of no kind that is known");
    }
}
