package dev.sidekey.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What another room asks of an upstream's settings at start. Reads the files that are named, sends
 * nothing.
 */
@FunctionalInterface
public interface UpstreamCheck {

    /** Says all that is wrong. */
    void check(UpstreamConfig upstream, Complaints complaints);

    /** Collects what is wrong. */
    interface Complaints {

        /**
         * Adds one.
         *
         * @param key below the upstream, such as {@code client.key-file}
         * @param value what was said; null when it is secret or missing
         * @param problem goes on after the key, such as {@code is missing}
         * @param remedy a sentence
         */
        void add(String key, @Nullable String value, String problem, String remedy);

        /** Adds one that concerns a file. */
        default void add(String key, Path file, String problem, String remedy) {
            add(key, file.toString(), problem, remedy);
        }
    }
}
