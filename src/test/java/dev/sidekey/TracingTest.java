package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeHttp;
import dev.sidekey.fakes.FakeHttp.Answer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** W3C trace context on the road, and what a collector gets. */
final class TracingTest extends RoadTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";

    private RunningSidekey start(FakeHttp collector) throws Exception {
        return new RunningSidekey(
                config().upstream("default", mcp.url()).build(),
                Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        collector.url(),
                        "OTEL_BSP_SCHEDULE_DELAY",
                        "50",
                        "OTEL_METRIC_EXPORT_INTERVAL",
                        "200"));
    }

    private static FakeHttp collector() {
        return FakeHttp.start(asked -> Answer.text(200, ""));
    }

    private static boolean got(FakeHttp collector, String path, String words) {
        return collector.asked(path).stream().anyMatch(one -> one.body().contains(words));
    }

    private String call(RunningSidekey sidekey) throws Exception {
        sidekey.post("/mcp", RunningSidekey.toolCall("echo"), "traceparent", PARENT).get();
        return mcp.http().asked("/mcp").getLast().header("traceparent");
    }

    @Test
    void withoutACollectorTheTraceContextPassesUntouched() throws Exception {
        try (var sidekey = start()) {
            callAndLogIn(sidekey);
            assertThat(call(sidekey)).isEqualTo(PARENT);
        }
    }

    @Test
    void withACollectorTheUpstreamSeesAChildOfTheAgentsOwnSpan() throws Exception {
        try (var collector = collector();
                var sidekey = start(collector)) {
            callAndLogIn(sidekey);
            assertThat(call(sidekey)).contains(TRACE).isNotEqualTo(PARENT);
        }
    }

    @Test
    void theCollectorGetsASpanForTheExchangeAndForEachStepOfTheAuthorization() throws Exception {
        try (var collector = collector();
                var sidekey = start(collector)) {
            callAndLogIn(sidekey);
            for (var span :
                    new String[] {
                        "POST default",
                        "challenged 401",
                        "oauth discover resource",
                        "oauth discover issuer",
                        "oauth choose scopes",
                        "oauth resolve client",
                        "oauth request token"
                    }) {
                RunningSidekey.await(() -> got(collector, "/v1/traces", span), span);
            }
            for (var asked : mcp.http().asked("/mcp")) {
                var token = asked.header("authorization").replace("Bearer ", "");
                assertThat(token.isEmpty() || !got(collector, "/v1/traces", token)).isTrue();
            }
        }
    }

    @Test
    void aRefreshHasASpanOfItsOwn() throws Exception {
        authorization.switches.expiresIn = 1;
        try (var collector = collector();
                var sidekey = start(collector)) {
            callAndLogIn(sidekey);
            RunningSidekey.await(
                    () -> {
                        sidekey.call("/mcp", "echo").join();
                        return got(collector, "/v1/traces", "oauth refresh");
                    },
                    "oauth refresh");
        }
    }

    @Test
    void theCollectorGetsTheMeters() throws Exception {
        try (var collector = collector();
                var sidekey = start(collector)) {
            callAndLogIn(sidekey);
            RunningSidekey.await(
                    () -> got(collector, "/v1/metrics", "sidekey.requests"), "the meters");
        }
    }
}
