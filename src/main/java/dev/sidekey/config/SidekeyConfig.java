package dev.sidekey.config;

import dev.sidekey.oauth.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration: checked, complete, immutable. {@code sidekey.yaml} in records.
 *
 * @param listen the agent's side
 * @param adminListen health, logins, the OAuth callback
 * @param adminToken needed by most admin requests when that listener is not loopback
 * @param publicUrl where the person's browser reaches the admin listener
 * @param stateDir credentials and registrations
 * @param loginWait how long a call is held while a person logs in
 * @param loginTtl how long an unfinished login stays open
 * @param browser whether a browser may be opened
 * @param store where credentials are kept
 * @param caFile PEM certificates added to the roots that upstreams are checked against
 * @param insecureHttp hosts that OAuth requests may reach without TLS
 * @param resolve overrides of DNS
 * @param limits sizes and times
 * @param log format and level
 * @param egress who may be connected to
 * @param upstreams the protected servers by name, in the order written
 */
public record SidekeyConfig(
        HostPort listen,
        HostPort adminListen,
        @Nullable Secret adminToken,
        URI publicUrl,
        Path stateDir,
        Duration loginWait,
        Duration loginTtl,
        BrowserMode browser,
        StoreConfig store,
        @Nullable Path caFile,
        List<HostPort> insecureHttp,
        Map<String, String> resolve,
        LimitsConfig limits,
        LogConfig log,
        EgressConfig egress,
        Map<String, UpstreamConfig> upstreams) {

    /** Whether a browser may be opened: AUTO where there is a screen, or NONE. */
    public enum BrowserMode {
        AUTO,
        NONE
    }
}
