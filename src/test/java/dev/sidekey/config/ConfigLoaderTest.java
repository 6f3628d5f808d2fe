package dev.sidekey.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.ConfigLoader.Said;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is what the records say. */
class ConfigLoaderTest {
    @TempDir Path dir;

    private SidekeyConfig load(String yaml, Said... said) throws Exception {
        var file = Files.writeString(dir.resolve("sidekey.yaml"), yaml);
        return ConfigLoader.load(
                List.of(said), Map.of("HOST", "mcp.example.com", "SECRET", "from-env"), file);
    }

    @Test
    void nothingSaidIsAWholeConfiguration() throws Exception {
        var config = ConfigLoader.load(List.of(), Map.of("XDG_STATE_HOME", "/state"), null);

        assertThat(config.listen()).isEqualTo(new HostPort("127.0.0.1", 7070));
        assertThat(config.publicUrl()).isEqualTo(URI.create("http://127.0.0.1:7071"));
        assertThat(config.stateDir()).isEqualTo(Path.of("/state/sidekey"));
        assertThat(config.loginWait()).isEqualTo(Duration.ofSeconds(50));
        assertThat(config.limits().replayBody()).isEqualTo(1 << 20);
        assertThat(config.upstreams()).isEmpty();
    }

    @Test
    void theStateDirectoryIsBelowHomeWithoutXdg() throws Exception {
        var config = ConfigLoader.load(List.of(), Map.of("XDG_STATE_HOME", "relative"), null);

        assertThat(config.stateDir())
                .isEqualTo(Path.of(System.getProperty("user.home"), ".local/state/sidekey"));
    }

    @Test
    void thePublicUrlFollowsTheAdminPort() throws Exception {
        assertThat(load("admin-listen: '[::1]:9999'").publicUrl())
                .isEqualTo(URI.create("http://127.0.0.1:9999"));
    }

    @Test
    void everyKindOfValueIsRead() throws Exception {
        var config =
                load(
                        """
                        listen: "[::1]:0"
                        login-wait: 500ms
                        login-ttl: 2h
                        state-dir: ~/x
                        insecure-http: keycloak:8080
                        resolve: {mcp.example.test: 127.0.0.1}
                        limits: {replay-body: 64KiB, drain: 0s}
                        egress: {private: deny, unmatched: deny}
                        upstreams:
                          plain: https://mcp.example.com/mcp
                          loop: http://localhost:1/mcp
                          kc: http://keycloak:8080/mcp
                          full:
                            url: https://${HOST}/mcp?a=%2F
                            scopes: [a, b]
                            authorize-params: {audience: x}
                            step-up: {policy: never, deny: admin root}
                        """);

        assertThat(config.listen()).isEqualTo(new HostPort("::1", 0));
        assertThat(config.loginWait()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.loginTtl()).isEqualTo(Duration.ofHours(2));
        assertThat(config.stateDir()).isEqualTo(Path.of(System.getProperty("user.home"), "x"));
        assertThat(config.insecureHttp()).containsExactly(new HostPort("keycloak", 8080));
        assertThat(config.resolve()).containsEntry("mcp.example.test", "127.0.0.1");
        assertThat(config.limits().replayBody()).isEqualTo(65_536);
        assertThat(config.egress().privateRanges()).isEqualTo(EgressConfig.PrivateRanges.DENY);
        assertThat(config.upstreams()).containsOnlyKeys("plain", "loop", "kc", "full");
        var full = upstream(config, "full");
        assertThat(full.url()).hasToString("https://mcp.example.com/mcp?a=%2F");
        assertThat(full.scopes()).isEqualTo(Scopes.of("a", "b"));
        assertThat(full.authorizeParams()).containsEntry("audience", "x");
        assertThat(full.stepUp().deny()).isEqualTo(Scopes.of("admin", "root"));
        assertThat(upstream(config, "plain").scopes()).isNull();
    }

    @Test
    void textKeepsItsZerosAndCase() throws Exception {
        var yaml =
                "upstreams: {a: {url: https://a/, client: {id: 0123, secret: 1_0e2}, account: True}}";
        var upstream = upstream(load(yaml), "a");

        assertThat(upstream.client().id()).isEqualTo("0123");
        assertThat(upstream.client().secret()).isEqualTo(Secret.of("1_0e2"));
        assertThat(upstream.account()).isEqualTo("True");
    }

    @Test
    void aDoubledDollarSignStandsForItself() throws Exception {
        var yaml = "upstreams: {a: {url: https://a/, account: '$${HOST} $5 ${HOST}'}}";

        assertThat(upstream(load(yaml), "a").account()).isEqualTo("${HOST} $5 mcp.example.com");
    }

    @Test
    void secretsComeFromVariablesAndFiles() throws Exception {
        var secret = Files.writeString(dir.resolve("secret"), "from-file\n");
        var config =
                load(
                        """
                        admin-token: ${SECRET}
                        upstreams: {a: {url: https://a/, client: {id: b, secret-file: %s}}}
                        """
                                .formatted(secret));

        assertThat(config.adminToken()).isEqualTo(Secret.of("from-env"));
        assertThat(upstream(config, "a").client().secret()).isEqualTo(Secret.of("from-file"));
    }

    @Test
    void whatIsSaidOutsideGoesBeforeTheFile() throws Exception {
        var secret = Files.writeString(dir.resolve("secret"), "flagged");
        var config =
                load(
                        """
                        listen: 127.0.0.1:1
                        admin-token: filed
                        upstreams: {a: https://file.example/, b: https://b/}
                        """,
                        Said.of("listen", "127.0.0.1:2", "--listen"),
                        Said.of("admin-token-file", secret.toString(), "--admin-token-file"),
                        Said.of("upstreams.a.url", "https://flag.example/", "--upstream"),
                        Said.of("upstreams.b.client.id", "c", "--client-id"));

        assertThat(config.listen().port()).isEqualTo(2);
        assertThat(config.adminToken()).isEqualTo(Secret.of("flagged"));
        assertThat(upstream(config, "a").url()).hasToString("https://flag.example/");
        assertThat(upstream(config, "b").url()).hasToString("https://b/");
        assertThat(upstream(config, "b").client().id()).isEqualTo("c");
    }

    @Test
    void listeningForOthersMustBeSaid() throws Exception {
        assertThat(load("listen: 0.0.0.0:7070\nagents: open").agents())
                .isEqualTo(AgentsConfig.Everyone.OPEN);
        assertThat(load("listen: 0.0.0.0:7070\nagents: {team-a: {token: x}}").agents())
                .isEqualTo(
                        new AgentsConfig.Named(
                                Map.of("team-a", new AgentConfig("team-a", Secret.of("x")))));
    }

    private static UpstreamConfig upstream(SidekeyConfig config, String name) {
        var upstream = config.upstreams().get(name);
        assertThat(upstream).as(name).isNotNull();
        return upstream;
    }
}
