package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the agent gets when Sidekey cannot authorize: its own protocol, never a bare 401 (2.2). */
final class AgentAnswerTest extends RoadTest {

    @BeforeEach
    void nobodyRegistersClients() {
        authorization.switches.offersRegistration = false;
    }

    @Test
    void aToolCallGetsAResultThatAModelCanRead() throws Exception {
        try (var sidekey = start()) {
            var answer = sidekey.call("/mcp", "echo").get();
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .contains("\"id\":7")
                    .contains("\"isError\":true")
                    .doesNotContain("resultType");
        }
    }

    @Test
    void fromTheNewestRevisionOnTheResultIsComplete() throws Exception {
        try (var sidekey = start()) {
            var body = RunningSidekey.toolCall("echo");
            var answer = sidekey.post("/mcp", body, "MCP-Protocol-Version", "2026-07-28").get();
            assertThat(answer.body()).contains("\"resultType\":\"complete\"");
        }
    }

    @ParameterizedTest
    @CsvSource({"\"abc\"", "12345678901234567890", "-1", "1.5"})
    void anyOtherRequestGetsAnErrorWithItsOwnId(String id) throws Exception {
        try (var sidekey = start()) {
            var body = "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"initialize\"}".formatted(id);
            var answer = sidekey.post("/mcp", body).get();
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .contains("\"id\":" + id + ",")
                    .contains("\"code\":-31001")
                    .contains("\"reason\":\"no_client\"")
                    .contains("\"upstream\":\"default\"")
                    .contains("\"remedy\":");
        }
    }

    @Test
    void aBatchGetsOneAnswerARequest() throws Exception {
        try (var sidekey = start()) {
            var body =
                    "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"},"
                            + "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"},"
                            + "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\"}]";
            var answer = sidekey.post("/mcp", body).get().body();
            assertThat(answer).startsWith("[").contains("\"id\":1").contains("\"id\":2");
            assertThat(answer.split("jsonrpc", -1)).hasSize(3);
        }
    }

    @Test
    void notificationsGetsAndWhatIsNoJsonAreToldToComeBack() throws Exception {
        try (var sidekey = start()) {
            var notification = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
            for (var answer :
                    new java.net.http.HttpResponse<?>[] {
                        sidekey.post("/mcp", notification).get(),
                        sidekey.post("/mcp", "no json").get(),
                        sidekey.get(sidekey.url("/mcp"))
                    }) {
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("retry-after")).isPresent();
                assertThat(String.valueOf(answer.body())).contains("no_client");
            }
        }
    }
}
