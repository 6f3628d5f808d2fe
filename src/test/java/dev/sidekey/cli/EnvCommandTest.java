package dev.sidekey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.launch.Evaluated;
import dev.sidekey.launch.ShellSyntax;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The variables of a run, for a Sidekey that runs by itself. */
class EnvCommandTest {
    @TempDir Path dir;

    private RecordingRun sidekey;

    @BeforeEach
    void prepare() {
        sidekey = new RecordingRun(dir);
    }

    @Test
    void shIsToldWhereSidekeyListensAndWhomToBelieve() {
        assertThat(sidekey.line("env", "--upstream", "a=https://a.example/mcp")).isZero();

        assertThat(sidekey.out.toString())
                .contains("export HTTPS_PROXY='http://127.0.0.1:7070'\n")
                .contains("export https_proxy='http://127.0.0.1:7070'\n")
                .contains("export NODE_USE_ENV_PROXY='1'\n")
                .contains("export SSL_CERT_FILE='" + dir + "/sidekey/bundle/roots.pem'\n")
                .contains("-Dhttps.proxyPort=7070");
        assertThat(dir.resolve("sidekey/bundle/additions.pem"))
                .content()
                .contains("BEGIN CERTIFICATE");
        assertThat(dir.resolve("sidekey/bundle/roots.p12")).isNotEmptyFile();
    }

    @ParameterizedTest
    @EnumSource(names = {"sh", "fish", "dotenv"})
    void whoeverEvaluatesItHasVariablesThatLeadToFiles(ShellSyntax shell) throws Exception {
        var state = Files.createDirectories(dir.resolve("Ada's $tate #1"));
        sidekey.environment.put("JAVA_TOOL_OPTIONS", "-Dquoted=\"a b\"");

        assertThat(
                        sidekey.line(
                                "env",
                                "--upstream=a=https://a.example/mcp",
                                "--shell=" + shell,
                                "--state-dir=" + state))
                .as("%s", sidekey.err)
                .isZero();

        var variables = Evaluated.by(shell, sidekey.out.toString(), dir);
        assertThat(variables)
                .containsEntry("https_proxy", "http://127.0.0.1:7070")
                .containsEntry("no_proxy", "localhost,127.0.0.1,::1")
                .containsEntry("SSL_CERT_FILE", state + "/bundle/roots.pem")
                .containsEntry("NODE_EXTRA_CA_CERTS", state + "/bundle/additions.pem");
        assertThat(variables.get("JAVA_TOOL_OPTIONS"))
                .startsWith("-Dquoted=\"a b\" -Dhttp.proxyHost=127.0.0.1 ")
                .contains("-Dhttp.nonProxyHosts=localhost|*.localhost|127.*|[::1]")
                .contains("\"-Djavax.net.ssl.trustStore=" + state + "/bundle/roots.p12\"");
        assertThat(Path.of(variables.get("SSL_CERT_FILE"))).isNotEmptyFile();
    }

    @Test
    void theListenersPasswordIsPartOfTheUrl() {
        sidekey.environment.put("SIDEKEY_PROXY_AUTH", "me:mine");

        assertThat(sidekey.line("env", "--listen", "0.0.0.0:99", "--agents=open", "--shell=dotenv"))
                .as("%s", sidekey.err)
                .isZero();

        assertThat(sidekey.out.toString()).contains("\nhttp_proxy=http://me:mine@127.0.0.1:99\n");
    }

    @Test
    void aNamedAgentGetsItsOwnToken() throws Exception {
        var file = dir.resolve("sidekey.yaml");
        Files.writeString(file, "agents: { one: { token: t1 }, two: { token: t2 } }\n");

        assertThat(sidekey.line("env", "--config", file.toString())).isEqualTo(2);
        assertThat(sidekey.err.toString()).contains("--agent: one, two");
        assertThat(sidekey.line("env", "--config", file.toString(), "--agent=two", "--shell=fish"))
                .isZero();
        assertThat(sidekey.out.toString())
                .contains("set -gx ALL_PROXY 'http://two:t2@127.0.0.1:7070'\n");
    }
}
