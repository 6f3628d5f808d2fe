package dev.sidekey;

import dev.sidekey.config.AgentsConfig;
import dev.sidekey.config.AuditConfig;
import dev.sidekey.config.ClientConfig;
import dev.sidekey.config.EgressConfig;
import dev.sidekey.config.GrantInputs;
import dev.sidekey.config.HostPort;
import dev.sidekey.config.LimitsConfig;
import dev.sidekey.config.LogConfig;
import dev.sidekey.config.MetadataOverrides;
import dev.sidekey.config.MetricsConfig;
import dev.sidekey.config.Origins;
import dev.sidekey.config.ProviderProfiles;
import dev.sidekey.config.ReadyConfig;
import dev.sidekey.config.RegistrationConfig;
import dev.sidekey.config.SecretSource;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.config.StepUpConfig;
import dev.sidekey.config.StoreConfig;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Configurations for tests: what a user gets by default, on free ports. */
public final class TestConfig {
    /** Below the ports that the system gives to clients; each test JVM of a build has its own. */
    private static final int PORTS = 6_000;

    private static final int FIRST_PORT =
            20_000 + PORTS * ((Integer.getInteger("surefire.forkNumber", 1) - 1) % 2);

    /** Not given again soon: nobody may listen there yet. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    public Duration loginWait = Duration.ofSeconds(20);
    public Duration loginTtl = Duration.ofMinutes(10);
    public boolean metricsOpen = true;
    public @Nullable Path auditFile;
    public List<String> requireAuthenticated = List.of();
    public long replayBody = 1024 * 1024;
    public Duration oauthTimeout = Duration.ofSeconds(10);
    public Duration handshake = Duration.ofSeconds(10);
    public Duration tunnelIdle = Duration.ofHours(1);
    public EgressConfig egress =
            new EgressConfig(
                    EgressConfig.Unmatched.TUNNEL,
                    EgressConfig.PrivateRanges.AUTO,
                    List.of(),
                    List.of(),
                    List.of());
    public Map<String, String> resolve = Map.of();
    public @Nullable Path caFile;
    public String storeType = "file";
    public @Nullable StoreConfig store;
    public @Nullable URI publicUrl;
    public int adminPort;
    public AgentsConfig agents = AgentsConfig.Everyone.LOCAL;
    public @Nullable Secret proxyAuth;
    public @Nullable Secret adminToken;
    public @Nullable Secret clientSecret;
    public @Nullable String clientId;
    public @Nullable String clientIssuer;
    public @Nullable URI clientMetadataUrl;
    public @Nullable SecretSource clientKey;
    public @Nullable String clientKeyId;
    public @Nullable Path clientCertificateFile;
    public ClientConfig.AssertionAudience assertionAudience = ClientConfig.AssertionAudience.ISSUER;
    public @Nullable String clientAuthMethod;
    public @Nullable String grant;
    public MetadataOverrides metadata = MetadataOverrides.none();
    public SidekeyConfig.BrowserMode browser = SidekeyConfig.BrowserMode.NONE;
    public GrantInputs inputs = GrantInputs.none();
    public @Nullable Scopes scopes;
    public String resource = "auto";
    public List<String> acceptIssuers = List.of();
    public boolean assumePkce;
    public List<HostPort> insecureHttp = List.of();
    public @Nullable String clientName;
    public @Nullable Secret initialAccessToken;
    public Map<String, String> registrationExtra = Map.of();
    public Map<String, String> authorizeParams = Map.of();
    public UpstreamConfig.Prompt prompt = UpstreamConfig.Prompt.AUTO;
    public StepUpConfig stepUp = new StepUpConfig(StepUpConfig.Policy.AUTO, Scopes.none(), 3);
    public @Nullable String profile;
    public UpstreamConfig.Dpop dpop = UpstreamConfig.Dpop.AUTO;
    public @Nullable Path trustDir;
    public RegistrationConfig.ScopeRule scopeRule = RegistrationConfig.ScopeRule.AUTO;

    private final Path stateDir;
    private final Map<String, UpstreamConfig> upstreams = new LinkedHashMap<>();

    public TestConfig(Path stateDir) {
        this.stateDir = stateDir;
    }

    /**
     * A port that is free now, and below the range from which the system takes ports for outgoing
     * connections: those would take it before it is used.
     */
    public static int freePort() {
        while (true) {
            int port = FIRST_PORT + ThreadLocalRandom.current().nextInt(PORTS);
            if (GIVEN.size() > PORTS / 2) {
                GIVEN.clear();
            }
            if (!GIVEN.add(port)) {
                continue;
            }
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // taken: another one
            }
        }
    }

    /** Adds an upstream with what the fields say now. */
    public TestConfig upstream(String name, String url) {
        return upstream(name, url, UnaryOperator.identity());
    }

    public TestConfig upstream(String name, String url, UnaryOperator<UpstreamConfig> change) {
        var upstream =
                new UpstreamConfig(
                        name,
                        URI.create(url),
                        "default",
                        new ClientConfig(
                                clientId,
                                clientSecret,
                                clientAuthMethod,
                                clientIssuer,
                                clientName,
                                clientMetadataUrl,
                                clientKey,
                                clientKeyId,
                                null,
                                assertionAudience,
                                clientCertificateFile),
                        new RegistrationConfig(scopeRule, initialAccessToken, registrationExtra),
                        scopes,
                        resource,
                        authorizeParams,
                        acceptIssuers,
                        assumePkce,
                        UpstreamConfig.RefreshScope.AUTO,
                        prompt,
                        UpstreamConfig.Transport.AUTO,
                        metadata,
                        stepUp,
                        dpop,
                        grant,
                        inputs,
                        profile,
                        "scope",
                        null,
                        Origins.none());
        upstreams.put(name, ProviderProfiles.shipped().atStart(change.apply(upstream)));
        return this;
    }

    public SidekeyConfig build() {
        int admin = adminPort == 0 ? freePort() : adminPort;
        var own = URI.create("http://127.0.0.1:" + admin);
        return new SidekeyConfig(
                new HostPort("127.0.0.1", freePort()),
                new HostPort("127.0.0.1", admin),
                adminToken,
                agents,
                proxyAuth,
                Objects.requireNonNullElse(publicUrl, own),
                stateDir,
                trustDir,
                loginWait,
                loginTtl,
                browser,
                store == null ? StoreConfig.of(storeType, null) : store,
                caFile,
                insecureHttp,
                resolve,
                new LimitsConfig(
                        replayBody,
                        64 * 1024,
                        1024 * 1024,
                        oauthTimeout,
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(5),
                        tunnelIdle,
                        handshake,
                        Duration.ofSeconds(2)),
                new LogConfig(LogConfig.Format.AUTO, LogConfig.Level.INFO),
                egress,
                new MetricsConfig(metricsOpen),
                new AuditConfig(auditFile),
                new ReadyConfig(requireAuthenticated),
                null,
                upstreams);
    }
}
