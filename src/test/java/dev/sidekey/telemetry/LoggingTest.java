package dev.sidekey.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.Appender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidekey.config.LogConfig;
import dev.sidekey.oauth.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What operators and their machines read on stderr. */
class LoggingTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream stderr = System.err;
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Logger netty = (Logger) LoggerFactory.getLogger("io.netty");
    // not below dev.sidekey, to which logback-test.xml gives a level of its own
    private final Logger log = (Logger) LoggerFactory.getLogger("example.Wire");
    private final List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
    private final Level rootLevel = root.getLevel();
    private final Level nettyLevel = netty.getLevel();

    @BeforeEach
    void watchStderr() {
        root.iteratorForAppenders().forEachRemaining(appenders::add);
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setErr(stderr);
        root.detachAndStopAllAppenders();
        appenders.forEach(appender -> {
            appender.start();
            root.addAppender(appender);
        });
        root.setLevel(rootLevel);
        netty.setLevel(nettyLevel);
    }

    private static void configure(
            LogConfig.Format format, LogConfig.Level level, boolean terminal) {
        Logging.configure(new LogConfig(format, level), terminal);
    }

    private List<String> lines() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private JsonNode json() throws IOException {
        assertThat(lines()).hasSize(1);
        return new JsonMapper().readTree(lines().getFirst());
    }

    @Test
    void peopleReadALineWithItsKeys() {
        configure(LogConfig.Format.AUTO, LogConfig.Level.INFO, true);

        log.atInfo().addKeyValue("upstream", "notion").log("authorized");

        assertThat(lines())
                .singleElement()
                .asString()
                .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  authorized upstream=notion ?");
    }

    @Test
    void machinesReadJsonWithTheSameKeys() throws IOException {
        configure(LogConfig.Format.AUTO, LogConfig.Level.INFO, false);

        log.atWarn().addKeyValue("upstream", "a\"b\nc").log("it {}", "works");

        assertThat(json().path("ts").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(json().path("level").asText()).isEqualTo("WARN");
        assertThat(json().path("logger").asText()).isEqualTo("example.Wire");
        assertThat(json().path("msg").asText()).isEqualTo("it works");
        assertThat(json().path("upstream").asText()).isEqualTo("a\"b\nc");
    }

    @Test
    void aConfiguredFormatDoesNotAskForATerminal() throws IOException {
        configure(LogConfig.Format.JSON, LogConfig.Level.INFO, true);
        log.info("one");
        assertThat(json().path("msg").asText()).isEqualTo("one");

        written.reset();
        configure(LogConfig.Format.TEXT, LogConfig.Level.INFO, false);
        log.info("two");
        assertThat(lines()).singleElement().asString().contains("INFO  two");
    }

    @Test
    void aServersWordsForgeNoSecondLine() {
        configure(LogConfig.Format.TEXT, LogConfig.Level.INFO, true);

        log.atWarn()
                .addKeyValue("error", "bad\r\n00:00:00.000 INFO authorized\u001b[2J")
                .setCause(new IOException("also\nbad"))
                .log("refused");

        assertThat(lines())
                .singleElement()
                .asString()
                .contains("refused", "IOException: also bad")
                .doesNotContain("\u001b");
    }

    @Test
    void stackTracesAreForDebugging() {
        configure(LogConfig.Format.TEXT, LogConfig.Level.INFO, true);
        log.warn("failed", new IOException("reason"));
        assertThat(lines()).singleElement().asString().contains("IOException: reason");

        written.reset();
        configure(LogConfig.Format.TEXT, LogConfig.Level.DEBUG, true);
        log.warn("failed", new IOException("reason"));
        assertThat(lines()).anyMatch(line -> line.contains("at dev.sidekey.telemetry.LoggingTest"));
    }

    @Test
    void jsonHasTheReasonAlwaysAndTheTraceForDebugging() throws IOException {
        configure(LogConfig.Format.JSON, LogConfig.Level.INFO, false);
        log.warn("failed", new IOException("reason"));
        assertThat(json().path("error").asText()).isEqualTo("java.io.IOException: reason");
        assertThat(json().has("trace")).isFalse();

        written.reset();
        configure(LogConfig.Format.JSON, LogConfig.Level.DEBUG, false);
        log.warn("failed", new IOException("reason"));
        assertThat(json().path("trace").asText()).contains("LoggingTest");
    }

    @Test
    void onlyTheLevelAskedForIsWritten() {
        configure(LogConfig.Format.TEXT, LogConfig.Level.WARN, true);

        log.info("hidden");
        netty.info("hidden");
        log.warn("shown");

        assertThat(lines()).singleElement().asString().contains("shown");
    }

    @Test
    void noDebuggingIsWrittenBeforeTheConfigurationIsRead() throws Exception {
        var shipped = new LoggerContext();
        shipped.setMDCAdapter(new LogbackMDCAdapter());
        var early = ServiceLoader.load(Configurator.class).findFirst().orElseThrow();
        early.configure(shipped);

        shipped.getLogger("dev.sidekey.Example").debug("hidden");
        shipped.getLogger("io.netty.Example").info("hidden");
        shipped.getLogger("dev.sidekey.Example").warn("shown", new IOException("reason"));
        shipped.stop();

        assertThat(lines()).singleElement().asString().contains("shown");
    }

    @Test
    void theImagesProviderWritesAsTheServiceDoes() {
        var provider = new LogProvider();
        provider.initialize();

        var early = provider.getLoggerFactory().getLogger("dev.sidekey.Example");
        early.debug("hidden");
        early.warn("first");
        early.warn("second");

        assertThat(lines()).hasSize(2).first().asString().contains("WARN  first");
        assertThat(lines()).last().asString().contains("WARN  second");
    }

    @Test
    void aSecretIsRedactedInBothForms() {
        for (var format : List.of(LogConfig.Format.TEXT, LogConfig.Format.JSON)) {
            configure(format, LogConfig.Level.TRACE, false);
            log.atInfo().addKeyValue("token", Secret.of("cAnArY")).log("{}", Secret.of("cAnArY"));
        }
        assertThat(lines()).hasSize(2).noneMatch(line -> line.contains("cAnArY"));
    }
}
