package dev.sidekey.admin;

import dev.sidekey.oauth.Secret;
import org.jspecify.annotations.Nullable;

/**
 * What is configured of who may ask the admin listener.
 *
 * @param token the admin token; null when there is none
 * @param openMetrics whether metrics are for all (metrics.public)
 */
public record AdminAccess(@Nullable Secret token, boolean openMetrics) {}
