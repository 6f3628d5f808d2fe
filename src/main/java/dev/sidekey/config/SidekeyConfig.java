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
 * @param agents who may use this Sidekey
 * @param proxyAuth what a forward client must send; null when nothing
 * @param publicUrl where the person's browser reaches the admin listener
 * @param stateDir credentials and registrations
 * @param trustDir where agents in other containers find what they must trust
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
 * @param metrics who may read metrics
 * @param audit where it is kept who used which credential
 * @param ready what must be the case before Sidekey is ready
 * @param profilesFile further provider profiles
 * @param upstreams the protected servers by name, in the order written
 */
public record SidekeyConfig(
        @Setting(
                        doc = "The agent's side: where agents send their requests.",
                        fallback = "127.0.0.1:7070")
                HostPort listen,
        @Setting(doc = "Health, logins and the OAuth callback.", fallback = "127.0.0.1:7071")
                HostPort adminListen,
        @Setting(
                        doc =
                                "Needed by all but health, callback and login pages when the admin"
                                        + " listener is not loopback.",
                        live = true)
                @Nullable Secret adminToken,
        @Setting(
                        doc =
                                "Who may use this Sidekey: local while listen is loopback; agents"
                                        + " by name, each with a token and credentials of its own; open"
                                        + " lets anyone who reaches it.",
                        fallback = "local",
                        live = true)
                AgentsConfig agents,
        @Setting(
                        doc =
                                "user:password that a forward client must send in Proxy-Authorization.",
                        live = true)
                @Nullable Secret proxyAuth,
        @Setting(
                        doc =
                                "Where the person's browser reaches the admin listener;"
                                        + " http://127.0.0.1 and its port by default.")
                URI publicUrl,
        @Setting(
                        doc =
                                "Credentials, registrations and the key that seals them;"
                                        + " $XDG_STATE_HOME/sidekey or ~/.local/state/sidekey by"
                                        + " default.")
                Path stateDir,
        @Setting(
                        doc =
                                "A directory that agents of other containers may read: roots.pem,"
                                        + " additions.pem and roots.p12 are written there at start,"
                                        + " with Sidekey's CA.")
                @Nullable Path trustDir,
        @Setting(
                        doc =
                                "How long a call is held while a person logs in (TypeScript clients"
                                        + " wait 60 s, Python 30 s, Java 20 s).",
                        fallback = "50s")
                Duration loginWait,
        @Setting(doc = "How long an unfinished login stays open.", fallback = "10m")
                Duration loginTtl,
        @Setting(
                        doc =
                                "Whether a browser may be opened: auto where there is a screen, or"
                                        + " none.",
                        fallback = "auto")
                BrowserMode browser,
        @Setting(doc = "Where credentials are kept.") StoreConfig store,
        @Setting(doc = "PEM certificates added to the roots that upstreams are checked against.")
                @Nullable Path caFile,
        @Setting(
                        doc =
                                "HOST:PORT that OAuth may reach without TLS; a loopback upstream"
                                        + " may use loopback anyway.")
                List<HostPort> insecureHttp,
        @Setting(doc = "Overrides of DNS, host to address, as curl --resolve has them.")
                Map<String, String> resolve,
        @Setting(doc = "Sizes and times.") LimitsConfig limits,
        @Setting(doc = "How Sidekey logs.", live = true) LogConfig log,
        @Setting(doc = "Who may be connected to on the forward roads.") EgressConfig egress,
        @Setting(doc = "Who may read metrics.", live = true) MetricsConfig metrics,
        @Setting(doc = "Who used which credential for what.") AuditConfig audit,
        @Setting(doc = "When Sidekey is ready.", live = true) ReadyConfig ready,
        @Setting(doc = "Further provider profiles, which come before those in the jar.")
                @Nullable Path profilesFile,
        @Setting(
                        doc = "The protected servers: NAME: URL, or NAME: and the keys below.",
                        live = true)
                Map<String, UpstreamConfig> upstreams) {

    /** Whether a browser may be opened: AUTO where there is a screen, or NONE. */
    public enum BrowserMode {
        AUTO,
        NONE
    }
}
