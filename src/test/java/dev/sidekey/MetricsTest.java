package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.oauth.Scopes;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What an operator can see of a life: every kind of event is counted where it belongs. */
final class MetricsTest extends RoadTest {

    private static void awaitValue(RunningSidekey sidekey, String name, double wanted) {
        RunningSidekey.await(
                () -> {
                    try {
                        return value(sidekey, name) == wanted;
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                name);
    }

    private static double value(RunningSidekey sidekey, String metric) throws Exception {
        var scraped = sidekey.get(sidekey.adminUrl("/metrics")).body();
        var line = Pattern.compile("(?m)^" + Pattern.quote(metric) + " (\\S+)$").matcher(scraped);
        assertThat(line.find()).as("%s in%n%s", metric, scraped).isTrue();
        return Double.parseDouble(line.group(1).replace("+Inf", "Infinity"));
    }

    @Test
    void aLifeIsCounted() throws Exception {
        mcp.switches.needed = Scopes.of("read");
        mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
        try (var sidekey = start()) {
            var call = sidekey.call("/mcp", "echo");
            sidekey.awaitLink();
            assertThat(
                            value(
                                    sidekey,
                                    "sidekey_login_required{agent=\"local\",upstream=\"default\"}"))
                    .isEqualTo(1);
            assertThat(value(sidekey, "sidekey_active_requests{upstream=\"default\"}"))
                    .isEqualTo(1);
            sidekey.logIn();
            call.get();
            callAndLogIn(sidekey, "write");
            authorization.expireAccessTokens();
            sidekey.call("/mcp", "echo").get();

            // the agent may have its answer before the exchange is counted
            var answered = "sidekey_requests_total{code=\"2xx\",upstream=\"default\"}";
            awaitValue(sidekey, answered, 3);
            assertThat(value(sidekey, answered)).isEqualTo(3);
            assertThat(value(sidekey, "sidekey_active_requests{upstream=\"default\"}")).isZero();
            assertThat(
                            value(
                                    sidekey,
                                    "sidekey_challenges_total{status=\"401\",upstream=\"default\"}"))
                    .isEqualTo(2);
            assertThat(
                            value(
                                    sidekey,
                                    "sidekey_challenges_total{status=\"403\",upstream=\"default\"}"))
                    .isEqualTo(1);
            assertThat(value(sidekey, "sidekey_replays_total{upstream=\"default\"}")).isEqualTo(3);
            assertThat(
                            value(
                                    sidekey,
                                    "sidekey_request_duration_seconds_count{upstream=\"default\"}"))
                    .isEqualTo(3);
            assertThat(value(sidekey, "sidekey_request_bytes_total{upstream=\"default\"}"))
                    .isEqualTo(
                            2 * RunningSidekey.toolCall("echo").length()
                                    + RunningSidekey.toolCall("write").length());
            assertThat(value(sidekey, "sidekey_response_bytes_total{upstream=\"default\"}"))
                    .isPositive();
        }
    }

    @Test
    void authorizationsAreCountedByGrantAndResult() throws Exception {
        mcp.switches.needed = Scopes.of("read");
        mcp.switches.neededByTool = Map.of("write", Scopes.of("write"));
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            callAndLogIn(sidekey, "write");
            authorization.expireAccessTokens();
            sidekey.call("/mcp", "echo").get();

            assertThat(
                            value(
                                    sidekey,
                                    "sidekey_oauth_flows_total{grant=\"authorization_code\",result=\"granted\",upstream=\"default\"}"))
                    .isPositive();
            assertThat(
                            value(
                                    sidekey,
                                    "sidekey_stepup_total{result=\"granted\",upstream=\"default\"}"))
                    .isEqualTo(1);
            assertThat(
                            value(
                                    sidekey,
                                    "sidekey_dcr_registrations_total{result=\"registered\",upstream=\"default\"}"))
                    .isPositive();
            assertThat(
                            value(
                                    sidekey,
                                    "sidekey_oauth_refresh_total{cause=\"refused\",result=\"renewed\",upstream=\"default\"}"))
                    .isEqualTo(1);
            var now = System.currentTimeMillis() / 1000.0;
            var standing = "{agent=\"local\",upstream=\"default\"}";
            assertThat(value(sidekey, "sidekey_token_expiry_timestamp_seconds" + standing))
                    .isGreaterThan(now);
            assertThat(value(sidekey, "sidekey_token_refreshable" + standing)).isEqualTo(1);
            RunningSidekey.await(
                    () -> loginRequired(sidekey, standing) == 0, "no login is required any more");
        }
    }

    private static double loginRequired(RunningSidekey sidekey, String labels) {
        try {
            return value(sidekey, "sidekey_login_required" + labels);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFailedFlowIsCounted() throws Exception {
        authorization.switches.loginError = "access_denied";
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(
                            value(
                                    sidekey,
                                    "sidekey_oauth_flows_total{grant=\"undecided\",result=\"denied\",upstream=\"default\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void whatTheDoorRefusesIsCounted() throws Exception {
        try (var sidekey = start()) {
            sidekey.raw(
                    "GET http://169.254.169.254/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(value(sidekey, "sidekey_egress_refused_total")).isEqualTo(1);
        }
    }

    @Test
    void noLabelComesFromTheWire() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            sidekey.raw(
                    "GET %s/wire-path?q=wire-query HTTP/1.1\r\nHost: wire-host\r\nMcp-Session-Id: wire-id\r\nConnection: close\r\n\r\n"
                            .formatted(mcp.http().url()));
            var scraped = sidekey.get(sidekey.adminUrl("/metrics")).body();
            assertThat(scraped).contains("upstream=\"default\"").doesNotContain("wire-");
            assertThat(scraped).doesNotContain(authorization.issuer());
        }
    }

    @Test
    void connectionsAndLoopsAreSeen() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(value(sidekey, "sidekey_upstream_connections{state=\"open\"}")).isPositive();
            assertThat(value(sidekey, "sidekey_upstream_connections{state=\"idle\"}"))
                    .isEqualTo(value(sidekey, "sidekey_upstream_connections{state=\"open\"}"));
            RunningSidekey.await(() -> lagSeen(sidekey), "the loops' lag is measured");
        }
    }

    private static boolean lagSeen(RunningSidekey sidekey) {
        try {
            return value(sidekey, "sidekey_event_loop_lag_seconds_count") > 0;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
