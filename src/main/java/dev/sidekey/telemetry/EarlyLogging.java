package dev.sidekey.telemetry;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * What logback starts with where there is no file of its own, found by it as a service. We bring no
 * file: reading XML would cost every start an eighth of its classes.
 */
@ConfiguratorRank(ConfiguratorRank.FALLBACK)
public final class EarlyLogging extends ContextAwareBase implements Configurator {
    /** For the service loader. */
    public EarlyLogging() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Logging.early(context);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
