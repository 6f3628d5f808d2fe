package dev.sidekey.oauth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;

/**
 * A value that must never be seen: token, code, verifier, client secret, private key.
 *
 * <p>Only the {@code oauth} and {@code grant} rooms and the header writer unwrap one, by {@link
 * #reveal()}. {@link #toString()} is redacted, so that no log line, error, URL or dump can show it
 * by accident (T10). Immutable; safe on every thread.
 */
public final class Secret {
    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** Wraps a value; the caller should drop its own reference. */
    public static Secret of(String value) {
        return new Secret(value);
    }

    /** The value itself: for the wire or the sealed store, and nowhere else. */
    public String reveal() {
        return value;
    }

    /**
     * Whether nothing is inside: some servers send {@code client_secret: ""} and mean none (E3).
     */
    public boolean isEmpty() {
        return value.isEmpty();
    }

    /** Whether it can be shown in a header: one line of visible ASCII (RFC 6749 appendix A.12). */
    public boolean isVisible() {
        return value.chars().allMatch(c -> c >= 0x20 && c <= 0x7e);
    }

    /** Whether it is {@code user:password}, as Basic credentials are (RFC 7617). */
    public boolean isUserAndPassword() {
        return value.indexOf(':') > 0;
    }

    /** Whether it is an address of one of these schemes, with somebody to ask there. */
    public boolean isAddressOf(Set<String> schemes) {
        var parts = value.strip().split("://", 2);
        return parts.length == 2 && schemes.contains(parts[0]) && !parts[1].isBlank();
    }

    /** Whether it is base64 of so many bytes, as a key is. */
    public boolean isBase64Of(int bytes) {
        try {
            return Base64.getDecoder().decode(value.strip()).length == bytes;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * First eight hex digits of the SHA-256: enough to tell two apart in an audit, no help to a
     * thief.
     */
    public String fingerprint() {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** Compares in constant time. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8),
                        secret.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "Secret[redacted]";
    }
}
