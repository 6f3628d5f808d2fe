package dev.sidekey.seal;

import dev.sidekey.oauth.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A key from words that a person can carry: Argon2id with 64 MiB and three passes, the second
 * choice of RFC 9106 §4 on one lane. Takes some tenths of a second on purpose.
 */
public final class Passphrase {
    /** How long a salt is, in bytes. */
    public static final int SALT_BYTES = 16;

    private static final int MEMORY_KIB = 64 * 1024;
    private static final int PASSES = 3;

    private Passphrase() {}

    /** The key of a passphrase; another salt gives another key. */
    public static SealKey stretch(Secret passphrase, byte[] salt) {
        var argon = new Argon2BytesGenerator();
        argon.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(MEMORY_KIB)
                        .withIterations(PASSES)
                        .withParallelism(1)
                        .withSalt(salt)
                        .build());
        var key = new byte[SealKey.BYTES];
        argon.generateBytes(passphrase.reveal().getBytes(StandardCharsets.UTF_8), key);
        return SealKey.parse(Secret.of(Base64.getEncoder().encodeToString(key)));
    }
}
