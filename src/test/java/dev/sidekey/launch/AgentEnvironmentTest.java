package dev.sidekey.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.HostPort;
import dev.sidekey.oauth.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which variables lead a program through Sidekey. */
class AgentEnvironmentTest {
    private static final HostPort LISTENER = new HostPort("127.0.0.1", 4321);
    private static final TrustFiles TRUST =
            new TrustFiles(
                    Path.of("/s/roots.pem"), Path.of("/s/additions.pem"), Path.of("/s/r.p12"));
    private static final NoProxy EXCEPTIONS = new NoProxy(List.of("localhost"));

    private static Map<String, String> of(AgentProxy proxy, Map<String, String> inherited) {
        return AgentEnvironment.of(proxy, TRUST, EXCEPTIONS, inherited);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP_PROXY",
                "http_proxy",
                "HTTPS_PROXY",
                "https_proxy",
                "ALL_PROXY",
                "all_proxy"
            })
    void theProxyHoldsItsUserInBothCases(String name) {
        var proxy = new AgentProxy(LISTENER, Secret.of("run:pass"), LISTENER);

        assertThat(of(proxy, Map.of())).containsEntry(name, "http://run:pass@127.0.0.1:4321");
        var open = new AgentProxy(LISTENER, null, LISTENER);
        assertThat(of(open, Map.of())).containsEntry(name, "http://127.0.0.1:4321");
    }

    @Test
    void everyRuntimeIsToldWhomToBelieve() {
        var variables = of(new AgentProxy(LISTENER, null, LISTENER), Map.of());

        for (var name :
                List.of(
                        "SSL_CERT_FILE",
                        "REQUESTS_CA_BUNDLE",
                        "CURL_CA_BUNDLE",
                        "GIT_SSL_CAINFO",
                        "AWS_CA_BUNDLE",
                        "PIP_CERT")) {
            assertThat(variables).containsEntry(name, "/s/roots.pem");
        }
        assertThat(variables)
                .containsEntry("NODE_EXTRA_CA_CERTS", "/s/additions.pem")
                .containsEntry("DENO_CERT", "/s/additions.pem")
                .containsEntry("NODE_USE_ENV_PROXY", "1")
                .containsEntry("NO_PROXY", "localhost")
                .containsEntry("no_proxy", "localhost");
    }

    @Test
    void jvmsAreToldBehindWhatTheyWereToldAlready() {
        var proxy = new AgentProxy(LISTENER, Secret.of("run:pass"), new HostPort("127.0.0.1", 99));

        var options = of(proxy, Map.of("JAVA_TOOL_OPTIONS", "-Xmx1g ")).get("JAVA_TOOL_OPTIONS");

        assertThat(options)
                .isEqualTo(
                        "-Xmx1g -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=99"
                                + " -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=99"
                                + " -Dhttp.nonProxyHosts=localhost|*.localhost"
                                + " -Djavax.net.ssl.trustStore=/s/r.p12"
                                + " -Djavax.net.ssl.trustStoreType=PKCS12"
                                + " -Djavax.net.ssl.trustStorePassword=changeit");
    }

    @Test
    void jvmsGetThePasswordOnlyWhereTheyNeedOne() {
        var proxy = new AgentProxy(LISTENER, Secret.of("run:pass"), LISTENER);

        assertThat(of(proxy, Map.of()).get("JAVA_TOOL_OPTIONS"))
                .contains("-Dhttps.proxyUser=run -Dhttps.proxyPassword=pass")
                .contains("-Djdk.http.auth.tunneling.disabledSchemes= ");
    }

    @Test
    void aPathWithSpacesStaysOneOption() {
        var trust = new TrustFiles(Path.of("/r"), Path.of("/a"), Path.of("/my home/roots.p12"));
        var proxy = new AgentProxy(LISTENER, null, LISTENER);

        assertThat(AgentEnvironment.of(proxy, trust, EXCEPTIONS, Map.of()).get("JAVA_TOOL_OPTIONS"))
                .contains(" \"-Djavax.net.ssl.trustStore=/my home/roots.p12\" ");
    }
}
