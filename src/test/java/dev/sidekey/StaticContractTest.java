package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sidekey.config.GrantInputs;
import dev.sidekey.config.HeaderConfig;
import dev.sidekey.config.SecretSource;
import dev.sidekey.fakes.FakeHttp;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.oauth.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * What fixed credentials keep to, beside {@link GrantContractTest}: they are no grant, as no server
 * is asked for them. A bearer token and any header, before a server that has no OAuth at all.
 */
class StaticContractTest {
    private static final String FIRST = "first-secret-canary";
    private static final String SECOND = "second-secret-canary";

    @TempDir Path work;

    private volatile Kind kind = Kind.HEADER;
    private volatile String wanted = FIRST;
    private volatile int refusesWith = 401;
    private Path file;
    private final FakeHttp server =
            FakeHttp.start(asked ->
                    shown(asked).equals(wanted)
                            ? Answer.text(200, "welcome")
                            : Answer.text(refusesWith, "no"));

    /** What is fixed. */
    enum Kind {
        BEARER("authorization", "Bearer ", "token-file"),
        HEADER("x-api-key", "", "header.value-file");

        private final String header;
        private final String prefix;
        private final String setting;

        Kind(String header, String prefix, String setting) {
            this.header = header;
            this.prefix = prefix;
            this.setting = setting;
        }
    }

    private String shown(Asked asked) {
        var header = asked.header(kind.header);
        return header.startsWith(kind.prefix) ? header.substring(kind.prefix.length()) : header;
    }

    @BeforeEach
    void writeTheSecret() throws Exception {
        file = Files.writeString(work.resolve("secret"), FIRST + "\n");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RunningSidekey start(Kind what) throws Exception {
        return start(what, new SecretSource(Secret.of(FIRST), file));
    }

    private RunningSidekey start(Kind what, SecretSource secret) throws Exception {
        kind = what;
        var config = new TestConfig(work.resolve("state"));
        var none = GrantInputs.none();
        config.inputs =
                new GrantInputs(
                        none.assertion(),
                        none.subjectToken(),
                        none.actorToken(),
                        none.identityProvider(),
                        what == Kind.HEADER ? new HeaderConfig("X-Api-Key", secret) : none.header(),
                        what == Kind.BEARER ? secret : null);
        return new RunningSidekey(config.upstream("default", server.url() + "/mcp").build());
    }

    private static String call(RunningSidekey sidekey) throws Exception {
        return sidekey.call("/mcp", "echo").get().body();
    }

    /** As secrets are rotated: a whole file in place of the other. */
    private void rotate(String secret) throws Exception {
        var next = Files.writeString(work.resolve("next"), secret + "\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        wanted = secret;
    }

    @ParameterizedTest
    @EnumSource
    void itIsShownFromTheFirstRequestOnAndNothingElseIsAsked(Kind what) throws Exception {
        try (var sidekey = start(what)) {
            var calls = IntStream.range(0, 50).mapToObj(_ -> sidekey.call("/mcp", "echo")).toList();
            assertThat(calls).allMatch(call -> call.join().body().equals("welcome"));
            assertThat(server.asked()).hasSize(50);
            assertThat(sidekey.logins()).isEmpty();
            assertThat(sidekey.get(sidekey.adminUrl("/api/v1/upstreams")).body())
                    .contains("authorized");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheAgentSendsInItsPlaceIsReplaced(Kind what) throws Exception {
        try (var sidekey = start(what)) {
            var sent = sidekey.post("/mcp", RunningSidekey.toolCall("echo"), what.header, "mine");
            assertThat(sent.get().body()).isEqualTo("welcome");
        }
    }

    @ParameterizedTest
    @EnumSource
    void noCallFailsWhileTheFileIsRotated(Kind what) throws Exception {
        try (var sidekey = start(what)) {
            var failed = new ArrayList<String>();
            for (int i = 0; i < 10; i++) {
                var before =
                        IntStream.range(0, 40).mapToObj(_ -> sidekey.call("/mcp", "echo")).toList();
                rotate("rotated-" + i);
                var after =
                        IntStream.range(0, 40).mapToObj(_ -> sidekey.call("/mcp", "echo")).toList();
                for (var calls : List.of(before, after)) {
                    calls.stream()
                            .map(call -> call.join().body())
                            .filter(body -> !body.equals("welcome"))
                            .forEach(failed::add);
                }
            }
            assertThat(failed).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChangedFileIsReadBehindACall(Kind what) throws Exception {
        try (var sidekey = start(what)) {
            call(sidekey);
            Files.writeString(file, SECOND + "\n");
            RunningSidekey.await(
                    () -> {
                        sidekey.call("/mcp", "echo").join();
                        return shown(server.asked().getLast()).equals(SECOND);
                    },
                    "the file is read again");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatCannotBeReadAnyMoreLeavesItHeld(Kind what) throws Exception {
        try (var sidekey = start(what)) {
            call(sidekey);
            Files.delete(file);
            // read again at once after a refusal: the file is gone, the value stays
            wanted = "another";
            call(sidekey);
            wanted = FIRST;
            assertThat(call(sidekey)).isEqualTo("welcome");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatIsGoneBeforeTheFirstCallIsNamed(Kind what) throws Exception {
        try (var sidekey = start(what)) {
            Files.delete(file);
            RoadTest.assertDenied(sidekey.call("/mcp", "echo").get(), file.toString());
            RoadTest.assertDenied(sidekey.call("/mcp", "echo").get(), what.setting);
            assertThat(server.asked()).isEmpty();
            Files.writeString(file, FIRST);
            assertThat(call(sidekey)).isEqualTo("welcome");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRefusedOneIsSaidToBeSoAndNamesTheSetting(Kind what) throws Exception {
        wanted = "another";
        try (var sidekey = start(what)) {
            assertThat(call(sidekey))
                    .contains("refuses the fixed credential")
                    .contains(what.setting)
                    .doesNotContain(FIRST);
            assertThat(server.asked()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatForbidsOrIsDownIsPassedOn(Kind what) throws Exception {
        wanted = "another";
        try (var sidekey = start(what)) {
            for (int status : new int[] {403, 503}) {
                refusesWith = status;
                var answer = sidekey.call("/mcp", "echo").get();
                assertThat(answer.statusCode()).isEqualTo(status);
                assertThat(answer.body()).isEqualTo("no");
            }
        }
    }

    @Test
    void aVariableServesAsWellAsAFile() throws Exception {
        for (var what : Kind.values()) {
            try (var sidekey = start(what, new SecretSource(Secret.of(FIRST), null))) {
                assertThat(call(sidekey)).isEqualTo("welcome");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void noSecretIsShownAnywhere(Kind what) throws Exception {
        var appender = new ListAppender<ILoggingEvent>();
        var root = (Logger) LoggerFactory.getLogger("dev.sidekey");
        root.setLevel(Level.TRACE);
        appender.start();
        root.addAppender(appender);
        var seen = new ArrayList<String>();
        try (var sidekey = start(what)) {
            seen.add(call(sidekey));
            wanted = "another";
            seen.add(call(sidekey));
            Files.writeString(file, SECOND + "\nand more\n");
            seen.add(call(sidekey));
            RunningSidekey.await(
                    () ->
                            appender.list.stream()
                                    .anyMatch(event -> line(event).contains("no single")),
                    "the damaged file is said to be so");
            seen.add(sidekey.get(sidekey.adminUrl("/api/v1/upstreams")).body());
            seen.add(sidekey.get(sidekey.adminUrl("/api/v1/explain/default")).body());
        } finally {
            root.detachAppender(appender);
            root.setLevel(null);
        }
        appender.list.forEach(event -> seen.add(line(event)));
        try (var files = Files.walk(work.resolve("state"))) {
            for (var one : files.filter(Files::isRegularFile).toList()) {
                seen.add(Files.readString(one, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(seen).noneMatch(text -> text.contains(FIRST) || text.contains(SECOND));
    }

    private static String line(ILoggingEvent event) {
        return event.getFormattedMessage() + event.getKeyValuePairs();
    }
}
