package dev.sidekey.seal;

import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One key of 32 bytes. Never shown: {@link #toString()} is redacted. Immutable. */
public final class SealKey {
    static final int BYTES = 32;

    private static final Logger LOG = LoggerFactory.getLogger(SealKey.class);
    private static final String HOW_TO_MAKE = "; make one with: openssl rand -base64 32";

    private final byte[] bytes;

    private SealKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A new key from the system's randomness. */
    public static SealKey random() {
        var bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return new SealKey(bytes);
    }

    /**
     * The key that the operator gave.
     *
     * @param base64 of 32 bytes, in the common or the URL alphabet, space around it is ignored
     * @throws SealException when it is no such thing
     */
    public static SealKey parse(Secret base64) {
        return parse(base64.reveal(), "SIDEKEY_KEY or SIDEKEY_KEY_FILE");
    }

    /**
     * The key of a state directory.
     *
     * @param configured the operator's own ({@code store.key}); null for the one that is made there
     * @throws SealException as {@link #parse} and {@link #ofFile} do
     */
    public static SealKey of(@Nullable Secret configured, Path stateDir) {
        return configured == null ? ofFile(stateDir.resolve("key")) : parse(configured);
    }

    private static SealKey parse(String base64, String source) {
        byte[] bytes;
        try {
            var common = base64.strip().replace('-', '+').replace('_', '/');
            bytes = Base64.getDecoder().decode(common);
        } catch (IllegalArgumentException e) {
            // the cause quotes a character of the key, so that it is left out
            throw new SealException("the key of " + source + " is no base64" + HOW_TO_MAKE, null);
        }
        if (bytes.length != BYTES) {
            throw new SealException(
                    "the key of %s has %d bytes where %d are needed%s"
                            .formatted(source, bytes.length, BYTES, HOW_TO_MAKE),
                    null);
        }
        return new SealKey(bytes);
    }

    /**
     * The key of a file; where there is none yet, one is made with mode 0600 and the log says so.
     * Safe when several processes start at once: all get the same key.
     *
     * @throws SealException when the file holds no key, or can neither be read nor made
     */
    public static SealKey ofFile(Path file) {
        try {
            return read(file);
        } catch (NoSuchFileException none) {
            return make(file);
        } catch (IOException e) {
            throw new SealException("cannot read the key file " + file + ": " + e, e);
        }
    }

    private static SealKey read(Path file) throws IOException {
        return parse(Files.readString(file), file.toString());
    }

    private static SealKey make(Path file) {
        var key = random();
        var line = Base64.getEncoder().encodeToString(key.bytes) + "\n";
        try {
            new PrivateFiles().create(file, line.getBytes(StandardCharsets.US_ASCII));
            LOG.atInfo()
                    .addKeyValue("file", file)
                    .log("made a key that seals credentials; set SIDEKEY_KEY_FILE to use your own");
            return key;
        } catch (FileAlreadyExistsException another) {
            return ofFile(file);
        } catch (IOException e) {
            throw new SealException("cannot make the key file " + file + ": " + e, e);
        }
    }

    /** A number that tells keys apart and says nothing of them: the start of a SHA-256. */
    int number() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update("sidekey key number".getBytes(StandardCharsets.US_ASCII));
            return ByteBuffer.wrap(digest.digest(bytes)).getInt() & Integer.MAX_VALUE;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SealKey key && MessageDigest.isEqual(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "SealKey[redacted]";
    }
}
