package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.MetadataOverrides;
import dev.sidekey.config.SidekeyConfig.BrowserMode;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.oauth.Scopes;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Device authorization (RFC 8628): the person signs in anywhere, with a code. */
final class DeviceCodeTest extends RoadTest {
    private static final String DEVICE = "urn:ietf:params:oauth:grant-type:device_code";

    /** The environment of a container. */
    private static final Map<String, String> NOWHERE = Map.of();

    private static final String CODE = "WDJB-MJHT";

    private final List<Long> polls = new CopyOnWriteArrayList<>();
    private volatile @Nullable String decision = "authorization_pending";
    private TestConfig config;

    @BeforeEach
    void offerTheGrant() {
        mcp.switches.needed = Scopes.of("read");
        authorization.switches.metadata =
                Map.of(
                        "device_authorization_endpoint",
                        authorization.http().url() + "/device",
                        "grant_types_supported",
                        List.of("authorization_code", "refresh_token", DEVICE));
        authorization.switches.inPlace = this::answer;
        authorization.switches.furtherGrants = _ -> Scopes.of("read");
        config = config();
        config.grant = "device_code";
    }

    private @Nullable Answer answer(Asked asked) {
        if (asked.path().equals("/device")) {
            return Answer.json(
                    200,
                    Map.of(
                            "device_code",
                            "device-code-1",
                            "user_code",
                            CODE,
                            "verification_uri",
                            page(),
                            "expires_in",
                            600,
                            "interval",
                            1));
        }
        if (!asked.path().equals("/token") || !DEVICE.equals(asked.form().get("grant_type"))) {
            return null;
        }
        polls.add(System.nanoTime());
        var said = decision;
        if (said != null && said.equals("down")) {
            decision = null;
            return Answer.text(503, "down");
        }
        return said == null ? null : Answer.json(400, Map.of("error", said));
    }

    private String page() {
        return authorization.http().url() + "/activate";
    }

    @Test
    void thePersonSignsInElsewhereAndTheSameCallReturns() throws Exception {
        try (var sidekey = start(config)) {
            var call = sidekey.call("/mcp", "echo");
            assertThat(sidekey.awaitLink()).isEqualTo(page());
            assertThat(sidekey.logins().getFirst().get("user_code").asText()).isEqualTo(CODE);
            RunningSidekey.await(() -> !polls.isEmpty(), "a first question");
            decision = null;
            assertThat(call.get().body()).contains("\"result\":{\"echo\"");
            assertThat(sidekey.logins()).isEmpty();
            assertThat(authorization.http().asked("/device").getFirst().form())
                    .containsEntry("scope", "read")
                    .containsEntry("resource", mcp.url())
                    .containsKey("client_id");
            assertThat(authorization.http().asked("/token").getLast().form())
                    .containsEntry("device_code", "device-code-1")
                    .containsEntry("resource", mcp.url());
            assertThat(authorization.http().asked("/register").getFirst().body())
                    .contains("\"grant_types\":[\"" + DEVICE + "\",\"refresh_token\"]")
                    .contains("\"redirect_uris\":[]");
            authorization.expireAccessTokens();
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(authorization.http().asked("/token").getLast().form())
                    .containsEntry("grant_type", "refresh_token");
        }
    }

    @Test
    void theAgentAndTheOperatorAreToldLinkAndCode() throws Exception {
        config.loginWait = Duration.ofMillis(200);
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains(page()).contains(CODE);
            assertThat(sidekey.admin("/api/v1/upstreams/default/login").body())
                    .contains("\"user_code\":\"" + CODE + "\"")
                    .contains("\"url\":\"" + page() + "\"");
            assertThat(authorization.http().asked("/device")).hasSize(1);
        }
    }

    @Test
    void aServerThatIsDownIsAskedAgain() throws Exception {
        decision = "down";
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
            assertThat(polls).hasSize(2);
        }
    }

    @Test
    void aServerThatWantsToBeAskedLessOftenIs() throws Exception {
        decision = "slow_down";
        try (var sidekey = start(config)) {
            var call = sidekey.call("/mcp", "echo");
            RunningSidekey.await(() -> !polls.isEmpty(), "a first question");
            decision = null;
            assertThat(call.get().body()).contains("\"result\":{\"echo\"");
            assertThat(polls).hasSize(2);
            assertThat(Duration.ofNanos(polls.getLast() - polls.getFirst()))
                    .isGreaterThan(Duration.ofMillis(5_900));
        }
    }

    @Test
    void aRefusalEndsTheCall() throws Exception {
        decision = "access_denied";
        try (var sidekey = start(config)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "access_denied");
            assertThat(sidekey.logins()).isEmpty();
        }
    }

    @Test
    void aCodeThatExpiredEndsTheCall() throws Exception {
        decision = "expired_token";
        try (var sidekey = start(config)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "nobody finished the login");
            assertThat(sidekey.logins()).isEmpty();
        }
    }

    @Test
    void anotherProcessGoesOnAfterARestart() throws Exception {
        try (var first = start(config)) {
            var _ = first.call("/mcp", "echo");
            first.awaitLink();
        }
        decision = null;
        try (var second = start(config)) {
            RunningSidekey.await(
                    () -> {
                        try {
                            return second.get(second.adminUrl("/api/v1/upstreams"))
                                    .body()
                                    .contains("\"state\":\"authorized\"");
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    },
                    "the login of before the restart");
            assertThat(second.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
        }
        assertThat(authorization.http().asked("/device")).hasSize(1);
    }

    @Test
    void ofTwoProcessesOneAsksAndNeverTooSoon() throws Exception {
        try (var one = start(config);
                var two = start(config)) {
            var first = one.call("/mcp", "echo");
            one.awaitLink();
            var second = two.call("/mcp", "echo");
            RunningSidekey.await(() -> polls.size() >= 3, "three questions");
            decision = null;
            assertThat(first.get().body()).contains("\"result\":{\"echo\"");
            assertThat(second.get().body()).contains("\"result\":{\"echo\"");
        }
        assertThat(authorization.http().asked("/device")).hasSize(1);
        for (int i = 1; i < polls.size(); i++) {
            assertThat(Duration.ofNanos(polls.get(i) - polls.get(i - 1)))
                    .isGreaterThan(Duration.ofMillis(950));
        }
    }

    @Test
    void aLogoutEndsTheQuestions() throws Exception {
        try (var sidekey = start(config)) {
            var call = sidekey.call("/mcp", "echo");
            sidekey.awaitLink();
            sidekey.admin("/api/v1/upstreams/default/logout");
            assertDenied(call.get(), "nobody finished the login");
        }
    }

    @Test
    void itIsChosenWhereTheServerHasNoOtherLogin() throws Exception {
        config.grant = null;
        decision = null;
        authorization.switches.metadata =
                Map.of(
                        "device_authorization_endpoint",
                        authorization.http().url() + "/device",
                        "authorization_endpoint",
                        "");
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
        }
    }

    @Test
    void itIsChosenWhereNoBrowserCanComeBackAndTheServerListsIt() throws Exception {
        config.grant = null;
        config.browser = BrowserMode.AUTO;
        decision = null;
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
        }
        assertThat(count("/device")).isEqualTo(1);
        assertThat(count("/authorize")).isZero();
    }

    @Test
    void aLinkIsShownWhereOneCanBeOpened() throws Exception {
        config.grant = null;
        for (var where : List.of("a screen", "a public URL", "links are asked for")) {
            var here = new TestConfig(state.resolve(where.replace(' ', '-')));
            here.browser = where.startsWith("links") ? BrowserMode.NONE : BrowserMode.AUTO;
            here.publicUrl =
                    where.endsWith("URL") ? URI.create("https://sidekey.example.test") : null;
            var environment = where.endsWith("screen") ? Map.of("BROWSER", "true") : NOWHERE;
            var built = here.upstream("default", mcp.url()).build();
            try (var sidekey = new RunningSidekey(built, environment)) {
                var _ = sidekey.call("/mcp", "echo");
                assertThat(sidekey.awaitLink()).as(where).contains("/login/");
            }
        }
        assertThat(count("/device")).isZero();
    }

    @Test
    void aServerThatOnlyNamesTheEndpointIsNotAskedForIt() throws Exception {
        config.grant = null;
        config.browser = BrowserMode.AUTO;
        authorization.switches.metadata =
                Map.of("device_authorization_endpoint", authorization.http().url() + "/device");
        try (var sidekey = start(config)) {
            assertThat(callAndLogIn(sidekey).body()).contains("\"result\":{\"echo\"");
        }
        assertThat(count("/device")).isZero();
    }

    @Test
    void theEndpointMayBeConfigured() throws Exception {
        decision = null;
        authorization.switches.metadata = Map.of();
        config.metadata =
                new MetadataOverrides(
                        null,
                        null,
                        null,
                        null,
                        null,
                        URI.create(authorization.http().url() + "/device"));
        try (var sidekey = start(config)) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).contains("\"result\":{\"echo\"");
        }
        assertThat(count("/device")).isEqualTo(1);
    }

    @Test
    void anEndpointThatMayNotBeAskedEndsTheFlow() throws Exception {
        authorization.switches.metadata =
                Map.of("device_authorization_endpoint", "http://plain.example.test/device");
        try (var sidekey = start(config)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "http://plain.example.test/device");
        }
    }

    @Test
    void aServerWithoutItIsNotAsked() throws Exception {
        authorization.switches.metadata = Map.of();
        try (var sidekey = start(config)) {
            assertDenied(sidekey.call("/mcp", "echo").get(), "device_authorization_endpoint");
        }
    }
}
