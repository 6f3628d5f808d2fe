package dev.sidekey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sidekey.config.ConfigSource;
import dev.sidekey.config.HostPort;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each command line does, says and returns. */
class CommandLineTest {
    @TempDir Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();
    private final RecordingLauncher launcher = new RecordingLauncher();
    private final List<String> asked = new ArrayList<>();
    private final Queue<String> answers = new ArrayDeque<>();
    private HttpServer admin;

    /** Keeps what it is told to launch. */
    private final class RecordingLauncher implements Launcher {
        @Nullable SidekeyConfig config;
        boolean startedOne;

        @Override
        public int serve(SidekeyConfig config, ConfigSource source) {
            this.config = config;
            return 0;
        }

        @Override
        public int demo(DemoServe command) throws IOException {
            return command.serve("http://127.0.0.1:1/mcp");
        }

        @Override
        public int run(Run run, Work work) {
            this.config = run.config();
            return 0;
        }

        @Override
        public int beside(SidekeyConfig config, Work work) throws Exception {
            this.config = config;
            startedOne = true;
            return work.run(new HostPort("127.0.0.1", admin.getAddress().getPort()));
        }

        @Override
        public byte[] exportStore(SidekeyConfig config, Secret passphrase) {
            throw new AssertionError("no store is asked for here");
        }

        @Override
        public String importStore(
                SidekeyConfig config, byte[] export, Secret passphrase, boolean replace) {
            throw new AssertionError("no store is asked for here");
        }
    }

    @BeforeEach
    void startAdmin() throws IOException {
        environment.put("XDG_STATE_HOME", dir.toString());
        environment.put("XDG_CONFIG_HOME", dir.resolve("none").toString());
        admin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        admin.createContext("/", this::answer);
        admin.start();
    }

    @AfterEach
    void stopAdmin() {
        admin.stop(0);
    }

    /** An answer is a status, a space and a body. */
    private void answer(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var isHealth = exchange.getRequestURI().getPath().equals("/healthz");
        if (!isHealth) {
            asked.add(
                    "%s %s %s %s %s"
                            .formatted(
                                    exchange.getRequestMethod(),
                                    exchange.getRequestURI(),
                                    headers.getFirst("Sidekey-Admin"),
                                    headers.getFirst("Authorization"),
                                    body));
        }
        var next = isHealth ? "200 ok" : answers.remove();
        var text = next.substring(4).getBytes(StandardCharsets.UTF_8);
        if (next.charAt(4) == '{' || next.charAt(4) == '[') {
            exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        }
        exchange.sendResponseHeaders(Integer.parseInt(next.substring(0, 3)), text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
    }

    private int run(String... arguments) {
        var line = SidekeyCommand.line(launcher, environment);
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return SidekeyCommand.run(line, arguments);
    }

    private SidekeyConfig launched() {
        assertThat(launcher.config).as("launched; said: %s", err).isNotNull();
        return launcher.config;
    }

    private void adminRuns(long pid, int port) throws IOException {
        var state = Files.createDirectories(dir.resolve("sidekey"));
        Files.writeString(
                state.resolve("sidekey.run"),
                "{\"pid\":%d,\"host\":\"127.0.0.1\",\"port\":%d}".formatted(pid, port));
    }

    @Test
    void serveTakesItsUpstreamAndFlags() {
        var status =
                run(
                        "serve",
                        "https://mcp.example.com/mcp",
                        "--upstream",
                        "b=https://b/?x=1",
                        "--upstream=c=https://c/",
                        "--client-id=id",
                        "--scope=a b",
                        "--insecure-http=k:1,l:2",
                        "--login-wait=5s");

        assertThat(status).isZero();
        var config = launched();
        assertThat(config.upstreams()).containsOnlyKeys("default", "b", "c");
        assertThat(config.upstreams().get("default").client().id()).isEqualTo("id");
        assertThat(config.upstreams().get("default").scopes()).hasToString("a b");
        assertThat(config.upstreams().get("b").url()).hasToString("https://b/?x=1");
        assertThat(config.insecureHttp())
                .containsExactly(new HostPort("k", 1), new HostPort("l", 2));
        assertThat(config.loginWait()).hasSeconds(5);
    }

    @Test
    void aPatternIsEnoughToServe() {
        assertThat(run("serve", "--intercept", "*.example.com")).as("%s", err).isZero();

        assertThat(launched().upstreams()).isEmpty();
        assertThat(launched().egress().intercept()).containsExactly("*.example.com");
    }

    @Test
    void aFlagGoesBeforeItsVariableAndThatBeforeTheFile() throws IOException {
        var file =
                Files.writeString(
                        dir.resolve("s.yaml"),
                        """
                        listen: 127.0.0.1:1
                        login-wait: 1s
                        login-ttl: 1m
                        upstreams: {a: https://a/}
                        """);
        environment.put("SIDEKEY_CONFIG", file.toString());
        environment.put("SIDEKEY_LISTEN", "127.0.0.1:2");
        environment.put("SIDEKEY_LOGIN_WAIT", "2s");
        environment.put("SIDEKEY_UPSTREAM", "b=https://b/ c=https://c/");

        assertThat(run("serve", "--listen=127.0.0.1:3")).isZero();

        assertThat(launched().listen().port()).isEqualTo(3);
        assertThat(launched().loginWait()).hasSeconds(2);
        assertThat(launched().loginTtl()).hasMinutes(1);
        assertThat(launched().upstreams()).containsOnlyKeys("a", "b", "c");
    }

    @Test
    void secretsAreVariablesAndNoFlags() {
        environment.put("SIDEKEY_CLIENT_SECRET", "s1");
        environment.put("SIDEKEY_ADMIN_TOKEN", "s2");
        environment.put("SIDEKEY_KEY", "A".repeat(43) + "=");

        assertThat(run("serve", "https://a/", "--client-id=b")).isZero();

        assertThat(launched().upstreams().get("default").client().secret())
                .isEqualTo(Secret.of("s1"));
        assertThat(launched().adminToken()).isEqualTo(Secret.of("s2"));
        assertThat(launched().store().key()).isNotNull();
        assertThat(run("serve", "https://a/", "--key=x")).isEqualTo(2);
    }

    @Test
    void aMistakeNamesTheFlagOrTheVariableItCameFrom() {
        environment.put("SIDEKEY_LOGIN_WAIT", "soon");

        assertThat(run("serve", "nowhere", "--listen=foo")).isEqualTo(2);

        assertThat(err.toString())
                .contains("URL: upstreams.default.url 'nowhere'")
                .contains("--listen: listen 'foo'")
                .contains("SIDEKEY_LOGIN_WAIT: login-wait 'soon'");
    }

    @Test
    void aMistypedVariableNamesTheRightOneAndHidesNothing() {
        environment.put("SIDEKEY_LISTN", "127.0.0.1:1");

        assertThat(run("config", "validate", "--browser=x")).isEqualTo(2);

        assertThat(err.toString()).contains("Did you mean SIDEKEY_LISTEN?").contains("browser 'x'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SIDEKEY_VERSION",
                "SIDEKEY_HELP",
                "SIDEKEY_OUTPUT",
                "SIDEKEY_PORT",
                "SIDEKEY_PORT_7070_TCP",
                "SIDEKEY_SERVICE_HOST",
                "SIDEKEY_ADMIN_SERVICE_PORT_HTTP",
                "SIDEKEY_JAVA_OPTS",
                "SIDEKEY_GITHUB_SECRET"
            })
    void whatOthersCallSidekeyIsLeftAlone(String name) {
        environment.put(name, "1.2");

        assertThat(run("config", "validate")).as(err::toString).isZero();
    }

    @Test
    void anEmptyVariableSaysNothing() {
        environment.put("SIDEKEY_LISTEN", "");

        assertThat(run("config", "validate")).isZero();
        assertThat(out.toString()).contains("valid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bogus",
                "serve",
                "serve --bogus",
                "serve https://a/ https://b/",
                "serve --client-id=x",
                "serve --upstream=https",
                "serve --upstream=a.b=https://a/",
                "serve https://a/ --config=/no/such/file",
                "demo --listen=foo",
                "config",
                "config check",
                "login",
                "logout",
                "status -o xml"
            })
    void misuseReturnsTwoAndSaysWhy(String arguments) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
        assertThat(launcher.config).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "serve --help", "config --help", "config validate -h"})
    void helpIsThereForEachCommand(String arguments) {
        assertThat(run(arguments.split(" "))).isZero();
        assertThat(out.toString()).contains("Usage: sidekey");
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "--version", "serve -V"})
    void theVersionIsSaid(String arguments) {
        assertThat(run(arguments.split(" "))).isZero();
        assertThat(out.toString()).startsWith("sidekey ");
    }

    @Test
    void theDemoKeepsNothing() {
        assertThat(run("demo")).isZero();
        assertThat(launched().store().type()).isEqualTo("memory");
    }

    @Test
    void loginAsksTheSidekeyThatRunsUntilItIsAuthorized() throws IOException {
        adminRuns(ProcessHandle.current().pid(), admin.getAddress().getPort());
        answers.add("200 {\"state\":\"login_required\",\"url\":\"http://127.0.0.1/login/1\"}");
        answers.add("200 {\"state\":\"login_required\",\"url\":\"http://127.0.0.1/login/1\"}");
        answers.add("200 {\"state\":\"authorized\"}");

        assertThat(run("login", "notion")).as(err::toString).isZero();

        assertThat(out.toString())
                .containsOnlyOnce("http://127.0.0.1/login/1")
                .contains("signed in");
        assertThat(asked).hasSize(3).containsOnly("POST /api/v1/upstreams/notion/login 1 null {}");
        assertThat(launcher.startedOne).isFalse();
    }

    @Test
    void aSidekeyThatWasKilledIsNotAsked() throws IOException {
        // the process id lives on with another process, the port is closed
        adminRuns(ProcessHandle.current().pid(), 1);
        answers.add("200 {\"state\":\"authorized\"}");

        assertThat(run("login", "a", "--upstream=a=https://a/")).as(err::toString).isZero();
        assertThat(launcher.startedOne).isTrue();
    }

    @Test
    void loginByUrlConfiguresTheDefaultUpstream() {
        answers.add("200 {\"state\":\"anonymous\"}");

        assertThat(run("login", "https://a/b?c")).as(err::toString).isZero();

        assertThat(launched().upstreams().get("default").url()).hasToString("https://a/b?c");
        assertThat(asked.getFirst()).contains("/api/v1/upstreams/https%3A%2F%2Fa%2Fb%3Fc/login");
    }

    @Test
    void aLoginThatIsDeniedReturnsThreeWithItsRemedy() {
        answers.add(
                "200 {\"state\":\"denied\",\"reason\":\"r\",\"message\":\"It said no\",\"remedy\":\"Ask\"}");

        assertThat(run("login", "https://a/")).isEqualTo(3);
        assertThat(out.toString()).contains("It said no. Ask");
    }

    @Test
    void aLoginWithACodeSaysWhereToTypeIt() throws Exception {
        answers.add(
                "200 {\"state\":\"login_required\",\"url\":\"https://as/device\",\"user_code\":\"WDJB\"}");
        answers.add("200 {\"state\":\"authorized\"}");
        assertThat(run("login", "https://a/")).as(err::toString).isZero();
        assertThat(out.toString()).contains("enter the code WDJB").contains("https://as/device");
    }

    @ParameterizedTest
    @ValueSource(strings = {"login", "logout"})
    void anUnknownUpstreamIsMisuse(String verb) {
        answers.add("404 {\"error\":\"unknown_upstream\"}");

        assertThat(run(verb, "x")).isEqualTo(2);
        assertThat(out.toString()).contains("no upstream is called x");
    }

    @Test
    void aPastedUrlFinishesTheLogin() {
        answers.add("200 {\"title\":\"You are signed in\",\"text\":\"Go on\"}");
        answers.add("410 {\"title\":\"This login is over\",\"text\":\"Begin anew\"}");

        assertThat(run("login", "https://a/", "--paste=http://127.0.0.1/cb?code=x&state=y"))
                .isZero();
        assertThat(run("login", "https://a/", "--paste=http://127.0.0.1/cb?code=x&state=y"))
                .isEqualTo(3);
        assertThat(asked.getFirst())
                .startsWith("POST /api/v1/logins/callback 1")
                .contains("code=x&state=y");
        assertThat(out.toString()).contains("Begin anew");
    }

    @Test
    void logoutSaysWhatWasDropped() {
        answers.add("200 {\"dropped\":2,\"revoked\":1}");

        assertThat(run("logout", "https://a/")).isZero();
        assertThat(out.toString()).contains("dropped 2").contains("revoked 1");
    }

    @Test
    void anAgentIsNamedWhereThereAreSeveral() {
        answers.add("400 {\"error\":\"unknown_agent\",\"agents\":[\"team-a\",\"team-b\"]}");
        answers.add("200 {\"state\":\"authorized\"}");
        answers.add("200 {\"dropped\":1,\"revoked\":1}");

        assertThat(run("login", "a")).isEqualTo(1);
        assertThat(err.toString()).contains("--agent team-a or team-b");
        assertThat(run("login", "a", "--agent", "team-a")).isZero();
        assertThat(run("logout", "a", "--agent", "team-b")).isZero();
        assertThat(asked.get(1)).startsWith("POST /api/v1/upstreams/a/login?agent=team-a ");
        assertThat(asked.get(2)).startsWith("POST /api/v1/upstreams/a/logout?agent=team-b ");
    }

    @Test
    void statusShowsWhatOneAgentHas() {
        answers.add(
                "200 [{\"name\":\"a\",\"agent\":\"team-a\",\"state\":\"authorized\"},"
                        + "{\"name\":\"b\",\"agent\":\"team-b\",\"state\":\"login_required\"}]");

        assertThat(run("status", "--agent", "team-a")).isZero();
        assertThat(out.toString()).contains("agent       team-a").doesNotContain("team-b");
    }

    @Test
    void statusIsForPeopleOrForMachinesAndReturnsThreeWhenALoginIsNeeded() throws IOException {
        var upstreams =
                "200 [{\"name\":\"a\",\"url\":\"https://a/\",\"state\":\"authorized\",\"credential\":{\"granted\":\"s1\"}},"
                        + "{\"name\":\"b\",\"url\":\"https://b/\",\"state\":\"login_required\",\"problem\":\"p1\"}]";
        answers.add(upstreams);
        answers.add(upstreams);
        environment.put("SIDEKEY_ADMIN_TOKEN", "tok");

        assertThat(run("status")).isEqualTo(3);
        assertThat(out.toString()).contains("a  https://a/  authorized", "s1", "p1");
        out.getBuffer().setLength(0);
        assertThat(run("status", "-o", "json")).isEqualTo(3);
        assertThat(new JsonMapper().readTree(out.toString()).get(1).path("name").asText())
                .isEqualTo("b");
        assertThat(asked.getFirst()).startsWith("GET /api/v1/upstreams 1 Bearer tok");
    }

    @Test
    void aRefusalByTheAdminListenerIsAFailureInItsWords() {
        answers.add("403 This needs the admin token");

        assertThat(run("status")).isEqualTo(1);
        assertThat(err.toString()).contains("403: This needs the admin token");
    }

    @Test
    void healthcheckAsksTheAdminListener() {
        var port = admin.getAddress().getPort();

        assertThat(run("healthcheck", "--admin-listen=127.0.0.1:" + port)).isZero();
        admin.stop(0);
        assertThat(run("healthcheck", "--admin-listen=127.0.0.1:" + port)).isEqualTo(1);
        assertThat(err.toString()).contains("no Sidekey answers");
    }
}
