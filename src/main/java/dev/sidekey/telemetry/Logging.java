package dev.sidekey.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.sidekey.config.LogConfig;
import org.slf4j.LoggerFactory;

/**
 * Sets logging up as configured, on stderr: lines for people on a terminal, JSON lines for
 * machines. Stack traces only at DEBUG.
 */
public final class Logging {
    private Logging() {}

    /**
     * Replaces what is there.
     *
     * @param terminal whether stderr is a terminal
     */
    public static void configure(LogConfig config, boolean terminal) {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        var level = Level.valueOf(config.level().name());
        var detailed = level.levelInt <= Level.DEBUG_INT;
        var json =
                config.format() == LogConfig.Format.JSON
                        || (config.format() == LogConfig.Format.AUTO && !terminal);
        var encoder = json ? new JsonLines(detailed) : text(context, detailed);
        set(context, encoder, level);
    }

    /**
     * Until the configuration is read: warnings, for people. Made when there is one: the pattern's
     * time of day has Java look for zones in each jar.
     */
    static void early(LoggerContext logback) {
        var first =
                new AppenderBase<ILoggingEvent>() {
                    @Override
                    protected void append(ILoggingEvent event) {
                        set(logback, text(logback, false), Level.INFO);
                        logback.getLogger(Logger.ROOT_LOGGER_NAME).callAppenders(event);
                    }
                };
        set(logback, first, Level.INFO);
    }

    private static void set(LoggerContext context, Encoder<ILoggingEvent> encoder, Level level) {
        encoder.setContext(context);
        encoder.start();
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setTarget("System.err");
        console.setEncoder(encoder);
        set(context, console, level);
    }

    private static void set(LoggerContext context, Appender<ILoggingEvent> appender, Level level) {
        appender.setContext(context);
        appender.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
        root.setLevel(level);
        var detailed = level.levelInt <= Level.DEBUG_INT;
        context.getLogger("io.netty").setLevel(detailed ? Level.INFO : Level.WARN);
        context.getLogger("io.lettuce").setLevel(detailed ? Level.INFO : Level.ERROR);
    }

    private static Encoder<ILoggingEvent> text(LoggerContext context, boolean detailed) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        // one event, one line: what a server said must forge no second one, nor move the cursor
        var line = "%replace(%msg %kvp{NONE} %ex{0}){'[\\p{Cntrl}\\s]+', ' '}%n";
        encoder.setPattern("%d{HH:mm:ss.SSS} %-5level " + line + (detailed ? "%ex" : "%nopex"));
        return encoder;
    }
}
