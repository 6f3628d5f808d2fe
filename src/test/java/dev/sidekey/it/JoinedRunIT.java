package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A run beside another Sidekey on the same state directory: what it joins, and who logs in. */
@Timeout(120)
class JoinedRunIT {
    private static final String WAIT = "echo ready; read -r line";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path work;

    private FakeAuthorizationServer authorization;
    private FakeMcpServer mcp;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "no curl here");
        authorization = FakeAuthorizationServer.start();
        mcp = FakeMcpServer.start(authorization);
    }

    @AfterEach
    void stop() {
        if (mcp != null) {
            mcp.close();
            authorization.close();
        }
    }

    private static List<String> options(String upstream, int callback) {
        return List.of("--upstream", upstream, "--public-url", "http://127.0.0.1:" + callback);
    }

    /** A command that asks the server once, and then does as it is told. */
    private RunProcess asking(int callback, String... then) throws IOException {
        var script =
                "curl -sS -H 'Content-Type: application/json' -d \"$1\" \"$2\"; "
                        + String.join("; ", then);
        return RunProcess.start(
                work,
                options("b=" + mcp.url(), callback),
                "sh",
                "-c",
                script,
                "sh",
                RunningSidekey.toolCall("echo"),
                mcp.url());
    }

    private static void logIn(String link) throws Exception {
        assertThat(new ScriptedBrowser().logIn(link, "", "").body()).contains("signed in");
    }

    private static boolean isAnswered(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRunLogsInThroughTheSidekeyThatServesAndEachHasWhatTheOtherGot() throws Exception {
        try (var serving = new SidekeyProcess(work, mcp.url())) {
            var callback = URI.create(serving.adminUrl("/")).getPort();
            try (var run = asking(callback)) {
                var link = run.awaitLink();
                assertThat(link).startsWith(serving.adminUrl("/login/"));
                logIn(link);

                assertThat(run.await()).as(run.err()).isZero();
                assertThat(run.out()).contains("\"result\"");
            }
            assertThat(serving.call("echo").get().body()).contains("\"result\"");
            try (var next = asking(callback)) {
                assertThat(next.await()).as(next.err()).isZero();
                assertThat(next.out()).contains("\"result\"");
                assertThat(next.err()).doesNotContain("/login/");
            }
        }
    }

    @Test
    void twoRunsAtOnceShareOneCallbackWhateverUpstreamsTheyHave() throws Exception {
        var callback = TestConfig.freePort();
        var other = options("a=https://mcp.example.test/mcp", callback);
        try (var first = RunProcess.start(work, other, "sh", "-c", WAIT)) {
            first.awaitOut("ready");
            try (var second = asking(callback)) {
                logIn(second.awaitLink());

                assertThat(second.await()).as(second.err()).isZero();
                assertThat(second.out()).contains("\"result\"");
            }
            first.input().close();
            assertThat(first.await()).isEqualTo(1);
        }
        assertThat(work.resolve("state/run")).isEmptyDirectory();
        assertThat(work.resolve("state/sidekey.run")).doesNotExist();
    }

    @Test
    void aLinkLeadsSomewhereThoughTheRunThatWouldHaveAnsweredHasEnded() throws Exception {
        var callback = TestConfig.freePort();
        var other = options("a=https://mcp.example.test/mcp", callback);
        try (var first = RunProcess.start(work, other, "sh", "-c", WAIT)) {
            first.awaitOut("ready");
            try (var second = asking(callback, "echo asked", "read -r line", "true")) {
                var link = second.awaitLink();
                first.input().close();
                assertThat(first.await()).isEqualTo(1);

                RunningSidekey.await(() -> isAnswered(callback), "somebody stands in");
                logIn(link);
                second.awaitOut("asked");
                assertThat(second.out()).contains("\"result\"");

                // nobody is awaited any more: the place is left to whoever is started for it
                RunningSidekey.await(() -> !isAnswered(callback), "it is left");
                assertThat(work.resolve("state/sidekey.run")).doesNotExist();
                second.input().close();
                assertThat(second.await()).as(second.err()).isZero();
            }
        }
    }

    @Test
    void aStrangerWhereLoginsComeBackIsAnErrorThatNamesTheFlag() throws Exception {
        try (var stranger = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var run = asking(stranger.getLocalPort())) {
            assertThat(run.await()).isEqualTo(1);

            assertThat(run.out()).isEmpty();
            assertThat(run.err())
                    .contains("127.0.0.1:" + stranger.getLocalPort())
                    .contains("--public-url http://127.0.0.1:PORT");
        }
    }
}
