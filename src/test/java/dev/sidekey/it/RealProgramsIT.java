package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sidekey.RunningSidekey;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs as they are, under {@code sidekey run}, with a protected https MCP server: each gets its
 * answer after one login, and none ever receives a token or a code.
 */
@Timeout(300)
class RealProgramsIT {
    private static final Path PROGRAMS = Path.of("src", "test", "programs").toAbsolutePath();

    @TempDir private static Path work;
    private static NodeTools tools;
    private static ProtectedHttpsServer server;
    private static int runs;

    @BeforeAll
    static void start() throws Exception {
        tools = NodeTools.install();
        server = new ProtectedHttpsServer(work, tools);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static String run(String... command) throws Exception {
        return run(server.options(), command);
    }

    /** Runs a program to its good end, with a login on the way, and returns what it printed. */
    private static String run(List<String> options, String... command) throws Exception {
        try (var run = RunProcess.start(work.resolve("run" + runs++), options, command)) {
            assertThat(server.logIn(run.awaitLink())).contains("signed in");
            assertThat(run.await()).as("out: %s%nerr: %s", run.out(), run.err()).isZero();
            assertThat(run.out() + run.err()).doesNotContain(ProtectedHttpsServer.CANARY);
            assertThat(server.seen()).contains("\"logins\":" + runs + "}");
            return run.out();
        }
    }

    private static boolean isThere(String program) {
        for (var directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1", "2"})
    void curl(String version) throws Exception {
        assertThat(run(curlWith("--http" + version)))
                .contains("HTTP/" + version + " 200")
                .contains("serverInfo");
    }

    @Test
    void curlWithAPatternForAllThatSidekeyKnows() throws Exception {
        assertThat(run(server.patternOptions(), curlWith("--http2")))
                .contains("HTTP/2 200")
                .contains("serverInfo");
    }

    private static String[] curlWith(String option) {
        return new String[] {
            "curl",
            "--silent",
            "--show-error",
            "--include",
            option,
            "--header",
            "Content-Type: application/json",
            "--header",
            "Accept: application/json, text/event-stream",
            "--data",
            RunningSidekey.initialize(),
            server.url()
        };
    }

    @Test
    void nodesFetch() throws Exception {
        var out = run(tools.node(), tools.script("fetch.mjs"), server.url());

        assertThat(out).startsWith("200 ").contains("serverInfo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void theTypeScriptClients(String sdk) throws Exception {
        var out =
                run(
                        tools.node(),
                        tools.script("mcp-client.mjs"),
                        "--url",
                        server.url(),
                        "--sdk",
                        sdk);

        assertThat(out).contains("\"echo\":\"echoed\"").contains("\"ask\":\"hello Ada\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"requests", "httpx"})
    void pythonsLibraries(String library) throws Exception {
        var out = run(python(), PROGRAMS + "/plain.py", library, server.url());

        assertThat(out).startsWith("200 ").contains("serverInfo");
    }

    @Test
    void thePythonSdk() throws Exception {
        assertThat(run(python(), PROGRAMS + "/session.py", server.url())).contains("echoed");
    }

    /** A Python with the libraries, laid into target once. */
    private static String python() throws Exception {
        assumeTrue(isThere("python3"), "no Python here");
        return NodeTools.run(List.of("sh", PROGRAMS + "/python.sh"), Map.of()).strip();
    }

    @ParameterizedTest
    @ValueSource(classes = {PlainJavaProgram.class, JavaSdkProgram.class})
    void javasClients(Class<?> program) throws Exception {
        var out =
                run(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        server.url());

        assertThat(out)
                .containsAnyOf("serverInfo", "Implementation[")
                .containsAnyOf("200", "echoed");
    }

    @Test
    void gosClient() throws Exception {
        assumeTrue(isThere("go"), "no Go here");
        var program = Path.of("target", "programs", "go-client").toAbsolutePath();
        Files.createDirectories(program.getParent());
        var built =
                NodeTools.run(
                        List.of("go", "build", "-o", program.toString(), PROGRAMS + "/main.go"),
                        Map.of("GO111MODULE", "off"));
        assertThat(built).isEmpty();

        assertThat(run(program.toString(), server.url())).contains("200 OK").contains("serverInfo");
    }
}
