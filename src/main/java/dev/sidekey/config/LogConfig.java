package dev.sidekey.config;

/**
 * How Sidekey logs.
 *
 * @param format TEXT for people, JSON lines for machines, AUTO by whether stderr is a terminal
 * @param level the least level shown
 */
public record LogConfig(
        @Setting(
                        doc =
                                "text for people, json lines for machines, auto by whether stderr is a terminal.",
                        fallback = "auto")
                Format format,
        @Setting(doc = "error, warn, info, debug or trace.", fallback = "info") Level level) {

    /** The form of a log line. */
    public enum Format {
        AUTO,
        TEXT,
        JSON
    }

    /** The least level shown. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }
}
