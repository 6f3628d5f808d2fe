package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What probes are told, and who may ask the admin listener for what (X9). */
final class HealthTest extends RoadTest {

    private static HttpResponse<String> get(RunningSidekey sidekey, String path) throws Exception {
        return sidekey.get(sidekey.adminUrl(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz", "/startupz"})
    void aRunningSidekeyIsAliveStartedAndReady(String path) throws Exception {
        try (var sidekey = start()) {
            assertThat(get(sidekey, path).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aSidekeyWhoseStoreIsGoneIsAliveButNotReady() throws Exception {
        try (var sidekey = start()) {
            moveStoreAway();
            assertThat(get(sidekey, "/readyz").statusCode()).isEqualTo(503);
            assertThat(get(sidekey, "/readyz").body()).contains("store");
            assertThat(get(sidekey, "/healthz").statusCode()).isEqualTo(200);
        }
    }

    private void moveStoreAway() throws IOException {
        try (var inside = Files.list(state)) {
            for (var one : inside.filter(Files::isDirectory).toList()) {
                Files.move(one, one.resolveSibling(one.getFileName() + ".away"));
            }
        }
    }

    @Test
    void requiredUpstreamsAreAskedForAndMakeItReady() throws Exception {
        var config = config();
        config.requireAuthenticated = List.of("default");
        try (var sidekey = start(config)) {
            var before = get(sidekey, "/readyz");
            assertThat(before.statusCode()).isEqualTo(503);
            // open to all: it says how many, and not which
            assertThat(before.body()).contains("1 credentials").doesNotContain("default");
            sidekey.logIn();
            RunningSidekey.await(() -> isReady(sidekey), "ready after the login");
        }
    }

    private static boolean isReady(RunningSidekey sidekey) {
        try {
            return get(sidekey, "/readyz").statusCode() == 200;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/upstreams",
                "GET /api/v1/logins",
                "POST /api/v1/upstreams/default/logout",
                "POST /quitquitquit"
            })
    void whatIsNotOpenToAllNeedsTheTokenOrALoopbackClientThatAsksDirectly(String request)
            throws Exception {
        var config = config();
        config.adminToken = Secret.of("of-the-operator");
        try (var sidekey = start(config)) {
            for (var trace :
                    List.of(
                            "Host: sidekey.example",
                            "Host: HOST\r\nX-Forwarded-For: 127.0.0.1",
                            "Host: HOST\r\nForwarded: for=127.0.0.1",
                            "Host: HOST\r\nOrigin: http://evil.example",
                            "Host: HOST\r\nAuthorization: Bearer of-the-operato")) {
                assertThat(sidekey.rawAdmin(request + " HTTP/1.1\r\n" + trace + "\r\n\r\n"))
                        .startsWith("HTTP/1.1 403");
            }
            assertThat(sidekey.quit()).isNotDone();
            var allowed =
                    request
                            + " HTTP/1.1\r\nHost: sidekey.example\r\nX-Forwarded-For: 1.2.3.4\r\nSidekey-Admin: 1\r\nAuthorization: Bearer of-the-operator\r\n\r\n";
            assertThat(sidekey.rawAdmin(allowed)).startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz", "/startupz", "/metrics"})
    void probesAndMetricsAreOpenToAll(String path) throws Exception {
        try (var sidekey = start()) {
            assertThat(
                            sidekey.rawAdmin(
                                    "GET "
                                            + path
                                            + " HTTP/1.1\r\n"
                                            + "Host: 10.1.2.3\r\n"
                                            + "X-Forwarded-For: 1.2.3.4\r\n\r\n"))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void metricsMayBeKeptFromOthers() throws Exception {
        var config = config();
        config.metricsOpen = false;
        try (var sidekey = start(config)) {
            assertThat(sidekey.rawAdmin("GET /metrics HTTP/1.1\r\nHost: 10.1.2.3\r\n\r\n"))
                    .startsWith("HTTP/1.1 403");
            assertThat(get(sidekey, "/metrics").statusCode()).isEqualTo(200);
        }
    }

    /** What the last command of a Job can do without options. */
    @Test
    void aPlainPostFromWithinThePodStopsSidekey() throws Exception {
        try (var sidekey = start()) {
            assertThat(
                            sidekey.rawAdmin(
                                    "POST /quitquitquit HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n\r\n"))
                    .startsWith("HTTP/1.1 200");
            sidekey.quit().get();
        }
    }
}
