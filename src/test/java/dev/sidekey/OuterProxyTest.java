package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.address.OuterProxy;
import dev.sidekey.config.HostPort;
import dev.sidekey.fakes.FakeHttp;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.fakes.FakeHttp.Asked;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The proxy that Sidekey itself has to go through, and who is told its user and password. */
class OuterProxyTest {
    /** {@code user:p@ss}, as the proxy wants to see it. */
    private static final String BASIC = "Basic dXNlcjpwQHNz";

    @TempDir Path state;

    private static Answer proxied(Asked asked) {
        if (!asked.header("proxy-authorization").equals(BASIC)) {
            return Answer.text(407, "").with("Proxy-Authenticate", "Basic realm=\"outer\"");
        }
        if (asked.method().equals("CONNECT")) {
            return Answer.text(502, "no way there");
        }
        return asked.path().equals("http://mcp.example.test/mcp")
                ? Answer.text(401, "")
                        .with(
                                "WWW-Authenticate",
                                "Bearer resource_metadata=\"http://mcp.example.test/prm\"")
                : Answer.json(
                        200,
                        Map.of(
                                "resource",
                                "http://mcp.example.test/mcp",
                                "authorization_servers",
                                List.of("https://as.example.test")));
    }

    @Test
    void everyRoadShowsTheProxyItsUserAndPassword() throws Exception {
        var config = new TestConfig(state);
        config.insecureHttp = List.of(new HostPort("mcp.example.test", 80));
        config.upstream("default", "http://mcp.example.test/mcp");
        try (var proxy = FakeHttp.start(OuterProxyTest::proxied)) {
            var url = proxy.url().replace("http://", "http://user:p%40ss@");
            var environment = Map.of("http_proxy", url, "https_proxy", url);
            try (var sidekey = new RunningSidekey(config.build(), environment)) {
                var answer = sidekey.call("/mcp", "echo").get();
                assertThat(answer.body()).contains("isError").contains("as.example.test");
            }
            // plain http, OAuth over plain http, OAuth through a tunnel
            assertThat(shown(proxy, "http://mcp.example.test/mcp")).isNotEmpty();
            assertThat(shown(proxy, "http://mcp.example.test/prm")).isNotEmpty();
            assertThat(shown(proxy, "as.example.test:443")).isNotEmpty();
        }
    }

    private static List<Asked> shown(FakeHttp proxy, String target) {
        return proxy.asked(target).stream()
                .filter(asked -> asked.header("proxy-authorization").equals(BASIC))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "mcp.example.com, true",
        "example.org, false",
        "a.example.org, false",
        "sub.internal.test, false",
        "internal.test, false",
        "10.1.2.3, false",
        "11.1.2.3, true",
        "127.0.0.1, false",
        "localhost, false",
        "ported.test, false",
    })
    void exceptionsAreNamesDomainsRangesAndPorts(String host, boolean throughProxy) {
        var environment =
                Map.of(
                        "HTTPS_PROXY", "proxy.test:3128",
                        "NO_PROXY", "example.org,.internal.test,10.0.0.0/8,ported.test:443");
        var proxy = OuterProxy.of(environment, _ -> false, new ArrayList<>());
        assertThat(proxy.forDestination(true, host, 443) != null).isEqualTo(throughProxy);
    }
}
