package dev.sidekey.config;

import org.jspecify.annotations.Nullable;

/**
 * One thing wrong with the configuration.
 *
 * @param source where it was said: a file, a flag
 * @param key the whole key, such as {@code upstreams.github.client.id}
 * @param value what was said; null when it is secret or nothing was said
 * @param problem what is wrong
 * @param remedy what to do
 */
public record Violation(
        String source, String key, @Nullable String value, String problem, String remedy) {

    /** One line for a person. */
    @Override
    public String toString() {
        var said = value == null ? "" : " '" + value + "'";
        return source + ": " + key + said + " " + problem + ". " + remedy;
    }
}
