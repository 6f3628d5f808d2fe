package dev.sidekey.cli;

import dev.sidekey.certificate.CertificateAuthority;
import dev.sidekey.certificate.TrustBundle;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.launch.AgentEnvironment;
import dev.sidekey.launch.AgentProxy;
import dev.sidekey.launch.NoProxy;
import dev.sidekey.launch.TrustFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** What a configuration means for an agent: whom it has to trust, and which variables say so. */
final class AgentVariables {
    private final SidekeyConfig config;
    private final Map<String, String> environment;

    /**
     * @param environment the agent's, to which the variables are added
     */
    AgentVariables(SidekeyConfig config, Map<String, String> environment) {
        this.config = config;
        this.environment = environment;
    }

    /** The CA's certificates, made first where there are none; empty where nothing needs one. */
    List<X509Certificate> authorities() {
        return CertificateAuthority.of(config, Clock.systemUTC()).ensure();
    }

    /** The CA and all other roots that the agent would trust without Sidekey. */
    TrustBundle bundle() throws IOException {
        return TrustBundle.of(authorities(), config.caFile(), environment);
    }

    /**
     * The variables, whose files are written first.
     *
     * @param proxy where the agent finds Sidekey
     * @param directory for the files
     */
    Map<String, String> of(AgentProxy proxy, Path directory) throws IOException {
        var upstreams = config.upstreams().values().stream().map(UpstreamConfig::url).toList();
        return AgentEnvironment.of(
                proxy,
                TrustFiles.write(directory, bundle()),
                NoProxy.of(environment, upstreams, config.egress().intercept()),
                environment);
    }
}
