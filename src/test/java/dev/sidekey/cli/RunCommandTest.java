package dev.sidekey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.TestConfig;
import dev.sidekey.config.AgentsConfig;
import dev.sidekey.config.LogConfig;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.oauth.Secret;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which Sidekey serves a command, and what stops it before there is one. */
class RunCommandTest {
    @TempDir Path dir;

    private final int port = TestConfig.freePort();
    private RecordingRun sidekey;

    @BeforeEach
    void prepare() {
        sidekey = new RecordingRun(dir);
    }

    private int run(String... more) {
        var arguments = new ArrayList<>(List.of("run", "--upstream", "a=https://a.example/mcp"));
        arguments.addAll(List.of("--public-url", "http://127.0.0.1:" + port));
        arguments.addAll(List.of(more));
        return sidekey.line(arguments.toArray(String[]::new));
    }

    private SidekeyConfig config() {
        assertThat(sidekey.run).as("said: %s", sidekey.err).isNotNull();
        return sidekey.run.config();
    }

    @Test
    void itsListenerIsAFreePortWithAPasswordOfItsOwn() throws Exception {
        assertThat(run("--", "true")).as("%s", sidekey.err).isZero();
        var first = config();
        assertThat(run("true")).isZero();

        assertThat(first.listen().host()).isEqualTo("127.0.0.1");
        assertThat(first.listen().port()).isPositive().isNotEqualTo(7070);
        assertThat(first.proxyAuth()).isNotNull().isNotEqualTo(config().proxyAuth());
        assertThat(first.agents()).isEqualTo(AgentsConfig.Everyone.LOCAL);
        assertThat(first.log().level()).isEqualTo(LogConfig.Level.WARN);
        assertThat(sidekey.run.callback()).isNull();
        assertThat(dir.resolve("sidekey/run")).isEmptyDirectory();
    }

    @Test
    void whatIsSaidOnTheCommandLineStays() {
        assertThat(
                        run(
                                "--listen",
                                "127.0.0.1:4040",
                                "--no-proxy-auth",
                                "--log-level",
                                "info",
                                "true"))
                .isZero();

        assertThat(config().listen().port()).isEqualTo(4040);
        assertThat(config().proxyAuth()).isNull();
        assertThat(config().log().level()).isEqualTo(LogConfig.Level.INFO);
    }

    @Test
    void theUsersOwnPasswordIsKept() {
        sidekey.environment.put("SIDEKEY_PROXY_AUTH", "me:mine");

        assertThat(run("true")).isZero();

        assertThat(config().proxyAuth()).isEqualTo(Secret.of("me:mine"));
    }

    @Test
    void publicUrlAloneMovesTheCallback() {
        assertThat(run("true")).isZero();

        assertThat(config().adminListen().port()).isEqualTo(port);
        assertThat(config().publicUrl()).isEqualTo(URI.create("http://127.0.0.1:" + port));
    }

    @Test
    void aStrangerAtTheCallbacksPlaceIsAnErrorThatNamesTheFlag() throws Exception {
        try (var stranger = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run("true")).isEqualTo(1);

            assertThat(sidekey.err.toString())
                    .contains("127.0.0.1:" + stranger.getLocalPort())
                    .contains("in use by another program")
                    .contains("--public-url http://127.0.0.1:PORT");
            assertThat(sidekey.run).isNull();
        }
    }

    @Test
    void aCommandThatIsNotThereEndsAsInAShell() throws Exception {
        assertThat(run("--", "no-such-command")).isEqualTo(127);
        assertThat(sidekey.err.toString()).contains("no-such-command: there is no such command");
        var text = Files.createFile(dir.resolve("text"));
        assertThat(run("--", text.toString())).isEqualTo(126);
        assertThat(sidekey.err.toString()).contains("it may not be executed");
        assertThat(sidekey.run).isNull();
    }

    @Test
    void aPatternIsEnough() {
        var arguments =
                List.of(
                        "run",
                        "--intercept",
                        "*.a.example",
                        "--intercept=b.example",
                        "--public-url",
                        "http://127.0.0.1:" + port,
                        "true");

        assertThat(sidekey.line(arguments.toArray(String[]::new))).as("%s", sidekey.err).isZero();

        assertThat(config().upstreams()).isEmpty();
        assertThat(config().egress().intercept()).containsExactly("*.a.example", "b.example");
        assertThat(dir.resolve("sidekey/ca.pem")).exists();
    }

    @Test
    void withoutUpstreamOrCommandNothingRuns() {
        assertThat(sidekey.line("run", "--public-url", "http://127.0.0.1:" + port, "true"))
                .isEqualTo(2);
        assertThat(sidekey.err.toString()).contains("--upstream NAME=URL").contains("--intercept");
        assertThat(run()).isEqualTo(2);
        assertThat(sidekey.err.toString()).contains("COMMAND");
    }

    @Test
    void aCorruptedCaKeyIsNamedAndNothingStaysBehind() throws Exception {
        assertThat(run("true")).isZero();
        sidekey.run = null;
        var key = dir.resolve("sidekey/ca.key");
        Files.write(key, new byte[] {1, 2, 3});

        assertThat(run("true")).isEqualTo(1);

        assertThat(sidekey.err.toString()).contains(key.toString()).contains("remove the file");
        assertThat(sidekey.run).isNull();
        assertThat(dir.resolve("sidekey/run")).isEmptyDirectory();
    }

    @Test
    void aStateDirectoryThatCannotBeWrittenIsNamed() throws Exception {
        var file = Files.createFile(dir.resolve("occupied"));

        assertThat(run("--state-dir", file + "/state", "true")).isEqualTo(1);

        assertThat(sidekey.err.toString()).contains(file.toString()).contains("--state-dir");
    }
}
