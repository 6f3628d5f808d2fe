package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.config.GrantInputs;
import dev.sidekey.config.HeaderConfig;
import dev.sidekey.config.SecretSource;
import dev.sidekey.fakes.FakeHttp;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.oauth.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fixed header before a server that has no OAuth at all. */
class StaticCredentialTest {
    @TempDir Path state;

    private volatile String wanted = "first";
    private Path file;
    private final FakeHttp server =
            FakeHttp.start(asked ->
                    asked.header("x-api-key").equals(wanted)
                            ? Answer.text(200, "welcome")
                            : Answer.text(401, "no"));

    @BeforeEach
    void writeTheKey() throws Exception {
        file = Files.writeString(state.resolve("api-key"), "first\n");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RunningSidekey start() throws Exception {
        var config = new TestConfig(state.resolve("state"));
        var key = new SecretSource(Secret.of("first"), file);
        var none = GrantInputs.none();
        config.inputs =
                new GrantInputs(
                        none.assertion(),
                        none.subjectToken(),
                        none.actorToken(),
                        none.identityProvider(),
                        new HeaderConfig("X-Api-Key", key),
                        null);
        return new RunningSidekey(config.upstream("default", server.url() + "/mcp").build());
    }

    @Test
    void theHeaderIsShownFromTheFirstRequestOn() throws Exception {
        try (var sidekey = start()) {
            assertThat(sidekey.call("/mcp", "echo").get().body()).isEqualTo("welcome");
            assertThat(server.asked()).hasSize(1);
            assertThat(sidekey.get(sidekey.adminUrl("/api/v1/upstreams")).body())
                    .contains("authorized");
        }
    }

    @Test
    void whatTheClientSendsInItsPlaceIsReplaced() throws Exception {
        try (var sidekey = start()) {
            var answer = sidekey.post("/mcp", RunningSidekey.toolCall("echo"), "X-Api-Key", "mine");
            assertThat(answer.get().body()).isEqualTo("welcome");
        }
    }

    @Test
    void aChangedFileIsReadAfterARefusalWithoutAFailedCall() throws Exception {
        try (var sidekey = start()) {
            sidekey.call("/mcp", "echo").get();
            Files.writeString(file, "second\n");
            wanted = "second";
            assertThat(sidekey.call("/mcp", "echo").get().body()).isEqualTo("welcome");
        }
    }

    @Test
    void aChangedFileIsReadBehindACall() throws Exception {
        try (var sidekey = start()) {
            sidekey.call("/mcp", "echo").get();
            Files.writeString(file, "second\n");
            RunningSidekey.await(
                    () -> {
                        sidekey.call("/mcp", "echo").join();
                        return server.asked().getLast().header("x-api-key").equals("second");
                    },
                    "the file is read again");
        }
    }

    @Test
    void aFileThatCannotBeReadAnyMoreLeavesTheCredentialHeld() throws Exception {
        try (var sidekey = start()) {
            sidekey.call("/mcp", "echo").get();
            Files.delete(file);
            // read again at once after a refusal: the file is gone, the value stays
            wanted = "another";
            sidekey.call("/mcp", "echo").get();
            wanted = "first";
            assertThat(sidekey.call("/mcp", "echo").get().body()).isEqualTo("welcome");
        }
    }

    @Test
    void aWrongOneIsSaidToBeRefusedAndNamesTheSetting() throws Exception {
        wanted = "another";
        try (var sidekey = start()) {
            var answer = sidekey.call("/mcp", "echo").get();
            assertThat(answer.body())
                    .contains("refuses the fixed credential")
                    .contains("header.value-file")
                    .doesNotContain("first");
        }
    }
}
