package dev.sidekey.config;

import dev.sidekey.oauth.Secret;
import org.jspecify.annotations.Nullable;

/**
 * Where credentials are kept.
 *
 * @param type a name of the catalogue in {@code CredentialStores}: file or memory
 * @param key base64 of the 32 byte key that seals entries (SIDEKEY_KEY, SIDEKEY_KEY_FILE); null:
 *     one is generated beside the store
 */
public record StoreConfig(
        @Setting(doc = "file or memory.", fallback = "file") String type,
        @Setting(
                        doc =
                                "32 bytes in base64 that seal what is stored (also SIDEKEY_KEY); made beside the store by default.")
                @Nullable Secret key) {}
