package dev.sidekey.config;

/**
 * How Sidekey logs.
 *
 * @param format TEXT for people, JSON lines for machines, AUTO by whether stderr is a terminal
 * @param level the least level shown
 */
public record LogConfig(Format format, Level level) {

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
