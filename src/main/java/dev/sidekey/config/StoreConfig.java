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
public record StoreConfig(String type, @Nullable Secret key) {}
