package dev.sidekey.credential;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** All that Sidekey logs while this is open, whatever the level. */
final class LogRecord implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.sidekey");
    private final Level before = logger.getLevel();
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    LogRecord() {
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.TRACE);
    }

    /** Message and key-values of each event. */
    List<String> lines() {
        synchronized (appender) {
            return List.copyOf(appender.list).stream()
                    .map(e ->
                            e.getLevel()
                                    + " "
                                    + e.getFormattedMessage()
                                    + " "
                                    + e.getKeyValuePairs())
                    .toList();
        }
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setLevel(before);
    }
}
