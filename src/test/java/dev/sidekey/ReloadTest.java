package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.ConfigException;
import dev.sidekey.config.ConfigLoader;
import dev.sidekey.config.ConfigSource;
import dev.sidekey.config.FileStamps;
import dev.sidekey.config.LiveSettings;
import dev.sidekey.config.SidekeyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A configuration that changes while Sidekey runs. */
final class ReloadTest extends RoadTest {
    private static final Duration OFTEN = Duration.ofMillis(20);

    private final int port = TestConfig.freePort();
    private final int adminPort = TestConfig.freePort();

    private Path file() {
        return state.resolve("sidekey.yaml");
    }

    /** Writes as careful people do: beside, then over. */
    private void write(String more) throws IOException {
        var yaml =
                """
                listen: 127.0.0.1:%d
                admin-listen: 127.0.0.1:%d
                state-dir: %s
                browser: none
                """
                        .formatted(port, adminPort, state.resolve("state"));
        var beside = Files.writeString(state.resolve("sidekey.yaml.new"), yaml + more);
        Files.move(beside, file(), StandardCopyOption.REPLACE_EXISTING);
    }

    private String upstream(String name) {
        return "  " + name + ": " + mcp.url() + "\n";
    }

    private final class YamlFile implements ConfigSource {
        private final Map<Path, String> wanted = new HashMap<>();

        @Override
        public SidekeyConfig load() throws ConfigException {
            wanted.clear();
            var files = new ConfigLoader.Files(file(), wanted);
            return ConfigLoader.load(List.of(), Map.of(), files, (upstream, complaints) -> {});
        }

        @Override
        public Map<Path, String> files() {
            return Map.copyOf(wanted);
        }
    }

    /** Starts a Sidekey that follows the file; it ends with the test's threads. */
    private RunningSidekey following() throws Exception {
        var source = new YamlFile();
        var config = source.load();
        var running = new RunningSidekey(config);
        var sidekey = running.sidekey();
        var reload = new Reload(source, config, sidekey::become, sidekey.reloadMeters(), OFTEN);
        var _ =
                running.later(() -> {
                    reload.run();
                    return null;
                });
        return running;
    }

    private static String metrics(RunningSidekey sidekey) {
        try {
            return sidekey.get(sidekey.adminUrl("/metrics")).body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitReloads(RunningSidekey sidekey, String result, int count) {
        var line = "sidekey_config_reloads_total{result=\"" + result + "\"} " + count + ".0";
        RunningSidekey.await(() -> metrics(sidekey).contains(line), line);
    }

    private static int status(RunningSidekey sidekey, String path) throws Exception {
        return sidekey.get(sidekey.url(path)).statusCode();
    }

    @Test
    void upstreamsComeAndGoWhileSidekeyRuns() throws Exception {
        write("upstreams:\n" + upstream("one"));
        try (var sidekey = following()) {
            assertThat(status(sidekey, "/two/x")).isEqualTo(404);

            write("upstreams:\n" + upstream("one") + upstream("two"));
            awaitReloads(sidekey, "applied", 1);
            var call = sidekey.call("/two", "echo");
            sidekey.logIn();
            assertThat(call.get().body()).contains("\"result\"");
            assertThat(metrics(sidekey))
                    .contains("sidekey_requests_total{code=\"2xx\",upstream=\"two\"} 1.0")
                    .contains("sidekey_token_refreshable{agent=\"local\",upstream=\"two\"} 1.0");

            write("upstreams:\n" + upstream("two"));
            awaitReloads(sidekey, "applied", 2);
            assertThat(status(sidekey, "/one/x")).isEqualTo(404);
            assertThat(sidekey.call("/two", "echo").get().body()).contains("\"result\"");
            assertThat(metrics(sidekey))
                    .doesNotContain("sidekey_login_required{agent=\"local\",upstream=\"one\"}");
        }
    }

    @Test
    void aBadFileIsRefusedAsAWhole() throws Exception {
        write("upstreams:\n" + upstream("one"));
        try (var sidekey = following()) {
            write("upstreams:\n" + upstream("two") + "login-wait: soon\n");
            awaitReloads(sidekey, "refused", 1);
            assertThat(metrics(sidekey)).contains("sidekey_config_last_reload_successful 0.0");
            assertThat(status(sidekey, "/one/x")).isEqualTo(200);
            assertThat(status(sidekey, "/two/x")).isEqualTo(404);

            write("upstreams:\n" + upstream("two"));
            awaitReloads(sidekey, "applied", 1);
            assertThat(metrics(sidekey)).contains("sidekey_config_last_reload_successful 1.0");
            assertThat(status(sidekey, "/two/x")).isEqualTo(200);
        }
    }

    @Test
    void aTokenThatIsRotatedInItsFileIsTheOneThatCounts() throws Exception {
        var token = Files.writeString(state.resolve("team-a"), "first\n");
        var agents = "agents: { team-a: { token-file: " + token + " } }\n";
        write(agents + "upstreams:\n" + upstream("one"));
        try (var sidekey = following()) {
            Files.writeString(token, "second\n");
            awaitReloads(sidekey, "applied", 1);
            var request =
                    "GET /one/x HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\nSidekey-Token: %s\r\n\r\n";
            assertThat(sidekey.raw(request.formatted("first"))).startsWith("HTTP/1.1 403");
            assertThat(sidekey.raw(request.formatted("second"))).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void whatOnlyARestartChangesKeepsItsOldValueAndIsNamed() throws Exception {
        var source = new YamlFile();
        write("login-wait: 1s\nupstreams:\n" + upstream("one"));
        var running = source.load();
        write("login-wait: 2s\nupstreams:\n" + upstream("one") + upstream("two"));

        var change = LiveSettings.between(running, source.load());
        assertThat(change.kept()).containsExactly("login-wait");
        assertThat(change.config().loginWait()).isEqualTo(Duration.ofSeconds(1));
        assertThat(change.config().upstreams()).containsOnlyKeys("one", "two");
    }

    /** Kubernetes: the file is a link through a link, and only the inner one is swapped. */
    @Test
    void aSwappedDirectoryBehindAMountIsSeen() throws Exception {
        var first = Files.createDirectory(state.resolve("..v1"));
        var second = Files.createDirectory(state.resolve("..v2"));
        Files.writeString(first.resolve("c.yaml"), "same");
        Files.writeString(second.resolve("c.yaml"), "same");
        var data = Files.createSymbolicLink(state.resolve("..data"), first);
        var mounted = Files.createSymbolicLink(state.resolve("c.yaml"), data.resolve("c.yaml"));
        var before = FileStamps.of(Set.of(mounted));
        assertThat(FileStamps.of(Set.of(mounted))).isEqualTo(before);

        var swapped = Files.createSymbolicLink(state.resolve("..data_tmp"), second);
        Files.move(swapped, data, StandardCopyOption.REPLACE_EXISTING);
        assertThat(FileStamps.of(Set.of(mounted))).isNotEqualTo(before);
    }
}
