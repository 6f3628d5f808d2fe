package dev.sidekey.config;

import org.jspecify.annotations.Nullable;

/**
 * A header with a fixed value.
 *
 * @param name such as {@code X-Api-Key}
 * @param value read again when its file changes
 */
public record HeaderConfig(
        @Setting(doc = "The header's name, such as X-Api-Key.") @Nullable String name,
        @Setting(doc = "Its value.") @Nullable SecretSource value) {}
