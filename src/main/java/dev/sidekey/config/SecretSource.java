package dev.sidekey.config;

import dev.sidekey.oauth.Secret;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A secret that may change while Sidekey runs: {@code KEY} itself, or the file that {@code
 * KEY-file} names, which is read again when it is used.
 *
 * @param value what was said or what the file held at start
 * @param file null when the secret itself was said
 */
public record SecretSource(Secret value, @Nullable Path file) {}
