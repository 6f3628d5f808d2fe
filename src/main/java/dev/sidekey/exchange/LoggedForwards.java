package dev.sidekey.exchange;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log what an operator has to know of the forward roads: once a minute and host. */
public final class LoggedForwards implements ForwardEvents {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedForwards.class);
    private static final Duration SILENCE = Duration.ofMinutes(1);
    private static final int BOUND = 1_000;

    private final Cache<String, Boolean> said =
            Caffeine.newBuilder().maximumSize(BOUND).expireAfterWrite(SILENCE).build();

    @Override
    public void refused(String host, int port, String why) {
        if (isNew("refused " + host + ":" + port)) {
            LOG.atWarn()
                    .addKeyValue("host", host)
                    .addKeyValue("port", port)
                    .addKeyValue("problem", why)
                    .log("egress refused");
        }
    }

    @Override
    public void tunnelOpened(String host, int port) {
        LOG.atDebug().addKeyValue("host", host).addKeyValue("port", port).log("tunnel opened");
    }

    @Override
    public void tunnelClosed(String host, int port) {
        LOG.atDebug().addKeyValue("host", host).addKeyValue("port", port).log("tunnel closed");
    }

    @Override
    public void distrusted(String host, String problem) {
        if (isNew("distrusted " + host)) {
            LOG.atWarn()
                    .addKeyValue("host", host)
                    .addKeyValue("problem", problem)
                    .addKeyValue(
                            "remedy",
                            "the agent must trust STATE_DIR/ca.pem: `sidekey run` and `sidekey env`"
                                    + " set NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and the like")
                    .log("a client broke off the TLS handshake of an intercepted host");
        }
    }

    @Override
    public void puzzled(String host, String problem) {
        if (isNew("puzzled " + host)) {
            LOG.atWarn()
                    .addKeyValue("host", host)
                    .addKeyValue("problem", problem)
                    .log("a client does not speak TLS to an intercepted host as it should");
        }
    }

    private boolean isNew(String event) {
        return said.asMap().putIfAbsent(event, true) == null;
    }
}
