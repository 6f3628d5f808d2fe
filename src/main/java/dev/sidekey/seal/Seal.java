package dev.sidekey.seal;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadWrapper;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmKeyManager;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Seals bytes with AES-256-GCM (Tink) under the operator's key (E7, E17).
 *
 * <p>Each sealed value begins with the number of its key, so that values of an older key stay
 * readable beside those of a newer one, and so that a wrong key is told from a damaged value.
 * Immutable; safe on every thread.
 */
public final class Seal {
    /** Tink's prefix of a sealed value: one byte of form, four of key number. */
    private static final int PREFIX_BYTES = 5;

    private final Aead aead;
    private final int newest;
    private final Set<Integer> keyNumbers;

    private Seal(Aead aead, int newest, Set<Integer> keyNumbers) {
        this.aead = aead;
        this.newest = newest;
        this.keyNumbers = keyNumbers;
    }

    /**
     * A seal of some keys.
     *
     * @param newest seals
     * @param older only open what they once sealed
     */
    public static Seal of(SealKey newest, SealKey... older) {
        try {
            // the one kind of key that we have: AeadConfig would load the code of nine others
            AeadWrapper.register();
            AesGcmKeyManager.register(true);
            var keys = KeysetHandle.newBuilder();
            keys.addEntry(entry(newest).makePrimary());
            var numbers = new HashSet<>(Set.of(newest.number()));
            for (var key : List.of(older)) {
                if (numbers.add(key.number())) {
                    keys.addEntry(entry(key));
                }
            }
            var aead = keys.build().getPrimitive(RegistryConfiguration.get(), Aead.class);
            return new Seal(aead, newest.number(), Set.copyOf(numbers));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink has AES-256-GCM", e);
        }
    }

    @AccessesPartialKey
    private static KeysetHandle.Builder.Entry entry(SealKey key) throws GeneralSecurityException {
        var parameters =
                AesGcmParameters.builder()
                        .setKeySizeBytes(SealKey.BYTES)
                        .setIvSizeBytes(12)
                        .setTagSizeBytes(16)
                        .setVariant(AesGcmParameters.Variant.TINK)
                        .build();
        var bytes = SecretBytes.copyFrom(key.bytes(), InsecureSecretKeyAccess.get());
        var aes =
                AesGcmKey.builder()
                        .setParameters(parameters)
                        .setKeyBytes(bytes)
                        .setIdRequirement(key.number())
                        .build();
        return KeysetHandle.importKey(aes);
    }

    /**
     * Seals bytes.
     *
     * @param context what the value is and where it belongs; it opens with the very same one only,
     *     so that nobody can put one value in another's place
     */
    public byte[] seal(byte[] plain, String context) {
        try {
            return aead.encrypt(plain, context.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM seals any bytes", e);
        }
    }

    /**
     * Opens what {@link #seal} gave.
     *
     * @throws SealException when it was sealed with another key, for another context, or is damaged
     */
    public byte[] open(byte[] sealed, String context) {
        if (sealed.length < PREFIX_BYTES || !keyNumbers.contains(keyNumber(sealed))) {
            throw new SealException(
                    "sealed with another key than the one of SIDEKEY_KEY or SIDEKEY_KEY_FILE",
                    null);
        }
        try {
            return aead.decrypt(sealed, context.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new SealException("damaged, or put in the place of another", e);
        }
    }

    /** Whether a value was sealed with an older key, and should be sealed anew. */
    public boolean isOlder(byte[] sealed) {
        return sealed.length >= PREFIX_BYTES && keyNumber(sealed) != newest;
    }

    /** Whether there is a key beside the one that seals. */
    public boolean hasOlder() {
        return keyNumbers.size() > 1;
    }

    private static int keyNumber(byte[] sealed) {
        return ByteBuffer.wrap(Arrays.copyOfRange(sealed, 1, PREFIX_BYTES)).getInt();
    }
}
