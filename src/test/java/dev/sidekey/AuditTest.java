package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who used which credential for what, in writing, and no secret with it. */
final class AuditTest extends RoadTest {
    private static final JsonMapper JSON = new JsonMapper();

    private Path file() {
        return state.resolve("audit.jsonl");
    }

    private TestConfig audited() {
        var config = config();
        config.auditFile = file();
        return config;
    }

    /** Those that are whole: the last one may be on its way to the disk. */
    private List<JsonNode> lines() {
        try {
            var lines = new ArrayList<JsonNode>();
            var text = Files.readString(file());
            for (var line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                lines.add(JSON.readTree(line));
            }
            return lines;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode line(int index) {
        RunningSidekey.await(() -> lines().size() > index, "line " + index + " of the audit");
        return lines().get(index);
    }

    @Test
    void aGrantAndEachUseOfItAreWrittenDown() throws Exception {
        mcp.switches.needed = Scopes.of("read");
        try (var sidekey = start(audited())) {
            callAndLogIn(sidekey);
            var granted = line(0);
            assertThat(granted.get("action").asText()).isEqualTo("authorize");
            assertThat(granted.get("decision").asText()).isEqualTo("granted");
            var used = line(1);
            assertThat(used.get("principal").asText()).isEqualTo("local");
            assertThat(used.get("upstream").asText()).isEqualTo("default");
            assertThat(used.get("action").asText()).isEqualTo("POST");
            assertThat(used.get("decision").asText()).isEqualTo("authorized");
            assertThat(used.get("resource").asText()).isEqualTo(mcp.url());
            assertThat(used.get("scopes").asText()).isEqualTo("read");
            assertThat(used.get("status").asInt()).isEqualTo(200);

            var shown = mcp.http().asked("/mcp").getLast().header("authorization").substring(7);
            var fingerprint = Secret.of(shown).fingerprint();
            assertThat(granted.get("credential").asText()).isEqualTo(fingerprint);
            assertThat(used.get("credential").asText()).isEqualTo(fingerprint);
            assertThat(Files.readString(file())).doesNotContain(shown);
        }
    }

    @Test
    void aRefreshAndALogoutAreWrittenDown() throws Exception {
        authorization.switches.expiresIn = 1;
        try (var sidekey = start(audited())) {
            callAndLogIn(sidekey);
            var granted = line(0);
            RunningSidekey.await(
                    () -> {
                        sidekey.call("/mcp", "echo").join();
                        return lines().stream().anyMatch(one -> is(one, "refresh", "renewed"));
                    },
                    "a refresh");
            var renewed = lines().stream().filter(one -> is(one, "refresh", "renewed")).findFirst();
            assertThat(renewed.orElseThrow().get("credential"))
                    .isNotEqualTo(granted.get("credential"));
            assertThat(renewed.orElseThrow().get("principal").asText()).isEqualTo("local");

            sidekey.admin("/api/v1/upstreams/default/logout");
            RunningSidekey.await(
                    () ->
                            is(lines().getLast(), "logout", "revoked")
                                    || is(lines().getLast(), "logout", "dropped"),
                    "the logout");
            assertThat(lines().getLast().get("principal").asText()).isEqualTo("local");
        }
    }

    private static boolean is(JsonNode line, String action, String decision) {
        return line.get("action").asText().equals(action)
                && line.get("decision").asText().equals(decision);
    }

    @Test
    void aCallThatIsAnsweredByALoginLinkHasThatAsItsDecision() throws Exception {
        var config = audited();
        config.loginWait = Duration.ofMillis(100);
        try (var sidekey = start(config)) {
            sidekey.call("/mcp", "echo").get();
            var asked = line(0);
            assertThat(asked.get("decision").asText()).isEqualTo("login_required");
            assertThat(asked.get("credential").isNull()).isTrue();
        }
    }

    @Test
    void whatIsNotSidekeysBusinessIsNotAuditorsEither() throws Exception {
        try (var sidekey = start(audited())) {
            sidekey.get(sidekey.url("/open"));
        }
        assertThat(lines()).isEmpty();
    }

    @Test
    void aFileThatWasRotatedIsOpenedAnewAndStoppingLosesNothing() throws Exception {
        try (var sidekey = start(audited())) {
            callAndLogIn(sidekey);
            line(1);
            Files.move(file(), state.resolve("audit.jsonl.1"));
            sidekey.call("/mcp", "echo").get();
        }
        assertThat(lines()).hasSize(1);
        assertThat(Files.readAllLines(state.resolve("audit.jsonl.1"))).hasSize(2);
    }
}
