package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sidekey.TestConfig;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command under {@code sidekey run}: its streams, signals, terminal and end. */
class RunIT {
    private static final String COUNTING =
            """
            n=0
            for name in INT HUP WINCH; do trap "n=\\$((n+1)); echo got $name" $name; done
            trap 'echo got TERM; exit 9' TERM
            echo ready
            while :; do sleep 0.05; done
            """;

    @TempDir Path work;

    private final List<String> options =
            List.of(
                    "--upstream",
                    "a=https://mcp.example.test/mcp",
                    "--public-url",
                    "http://127.0.0.1:" + TestConfig.freePort());

    @Test
    void whoeverShowsNoPasswordIsAskedForOne() throws Exception {
        var script = "echo $https_proxy; read -r line";
        try (var run = RunProcess.start(work, options, "sh", "-c", script)) {
            run.awaitOut("http://run:");
            var port = Integer.parseInt(run.out().strip().replaceAll(".*:", ""));
            for (var line : List.of("CONNECT mcp.example.test:443", "GET http://a.example.test/")) {
                try (var stranger = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    stranger.setSoTimeout(20_000);
                    var request = line + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
                    stranger.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                    var answer = stranger.getInputStream().readAllBytes();
                    assertThat(new String(answer, StandardCharsets.US_ASCII))
                            .startsWith("HTTP/1.1 407 ")
                            .containsIgnoringCase("proxy-authenticate: Basic");
                }
            }
        }
    }

    private void nothingIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(work.resolve("state/run"))) {
            assertThat(left).isEmpty();
        }
        assertThat(work.resolve("state/sidekey.run")).doesNotExist();
    }

    @Test
    void theCommandHasOurStreamsItsOwnStatusAndNoSecretOfOurs() throws Exception {
        var script = "cat; echo to stderr >&2; echo key=$SIDEKEY_KEY proxy=$https_proxy; exit 7";
        var line =
                Stream.concat(
                                Stream.of(
                                        System.getProperty("sidekey.launcher", "./sidekey"),
                                        "run",
                                        "--state-dir",
                                        work + "/state"),
                                Stream.concat(options.stream(), Stream.of("sh", "-c", script)))
                        .toList();
        var key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
        try (var run = RunProcess.start(work, line, Map.of("SIDEKEY_KEY", key))) {
            run.input().write("from stdin\n".getBytes(StandardCharsets.UTF_8));
            run.input().close();

            assertThat(run.await()).as(run.err()).isEqualTo(7);

            assertThat(run.out()).startsWith("from stdin\nkey= proxy=http://run:");
            assertThat(run.err()).contains("to stderr");
        }
        nothingIsLeft();
    }

    @Test
    void signalsSentToSidekeyReachTheCommandAndEndNothingElse() throws Exception {
        try (var run = RunProcess.start(work, options, "sh", "-c", COUNTING)) {
            run.awaitOut("ready");
            for (var name : List.of("INT", "HUP", "WINCH")) {
                run.signal(name);
                run.awaitOut("got " + name);
            }
            run.signal("TERM");

            assertThat(run.await()).isEqualTo(9);
            assertThat(run.out()).isEqualTo("ready\ngot INT\ngot HUP\ngot WINCH\ngot TERM\n");
        }
        nothingIsLeft();
    }

    @Test
    void aCommandThatASignalEndsIsReportedAsAShellDoes() throws Exception {
        try (var run = RunProcess.start(work, options, "sh", "-c", "echo ready; exec sleep 60")) {
            run.awaitOut("ready");
            run.signal("TERM");

            assertThat(run.await()).isEqualTo(128 + 15);
        }
        nothingIsLeft();
    }

    @Test
    void inATerminalTheCommandIsInTheForegroundAndIsInterruptedOnce() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "no script(1) here");
        var script = work.resolve("command.sh");
        Files.writeString(
                script,
                """
                n=0
                trap 'n=$((n+1))' INT
                test -t 0 && test -t 1 && test -t 2 && echo terminal
                echo it begins
                while ! read -r line; do :; done
                echo "$line $n"
                exit 5
                """);
        // exec: some shells stay above the command, and an interrupt ends them with 130
        var inner =
                "exec %s run --state-dir %s/state %s -- sh %s"
                        .formatted(
                                System.getProperty("sidekey.launcher", "./sidekey"),
                                work,
                                String.join(" ", options),
                                script);
        var line = List.of("script", "--quiet", "--return", "--command", inner, "/dev/null");
        try (var run = RunProcess.start(work, line, Map.of())) {
            run.awaitOut("it begins");
            assertThat(run.out()).contains("terminal");
            run.input().write(3); // Ctrl-C
            run.input().flush();
            run.awaitOut("^C");
            run.input().write("interrupts:\n".getBytes(StandardCharsets.UTF_8));
            run.input().flush();

            assertThat(run.await()).as(run.out()).isEqualTo(5);
            assertThat(run.out()).contains("interrupts: 1\r\n");
        }
        nothingIsLeft();
    }

    @Test
    void aJvmOfTheCommandNeedsNoPasswordAndNobodyElseIsLetIn() throws Exception {
        try (var authorization = FakeAuthorizationServer.start();
                var mcp = FakeMcpServer.start(authorization)) {
            var shared = List.of("--upstream", "a=" + mcp.url(), options.get(2), options.get(3));
            var java = Path.of(System.getProperty("java.home"), "bin", "java");
            var program =
                    java + " -cp \"$1\" " + PlainJavaProgram.class.getName() + " " + mcp.url();
            var script = "echo \"$JAVA_TOOL_OPTIONS\"; " + program + "; read -r line";
            try (var run =
                    RunProcess.start(
                            work,
                            shared,
                            "sh",
                            "-c",
                            script,
                            "sh",
                            System.getProperty("java.class.path"))) {
                new ScriptedBrowser().logIn(run.awaitLink(), "", "");
                run.awaitOut(" 200 ");
                var port = run.out().split("-Dhttp.proxyPort=", -1)[1].split(" ", -1)[0];
                assertThat(answersStrangers(Integer.parseInt(port), mcp.url())).isFalse();
                run.input().close();
                assertThat(run.await()).isEqualTo(1);
            }
        }
    }

    private static boolean answersStrangers(int port, String url) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            var request = "GET " + url + " HTTP/1.1\r\nHost: x\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() >= 0;
        } catch (SocketException reset) {
            return false;
        }
    }
}
