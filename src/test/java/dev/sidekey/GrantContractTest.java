package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jwt.SignedJWT;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.grant.AuthorizationCode;
import dev.sidekey.grant.DeviceCode;
import dev.sidekey.grant.Grant;
import dev.sidekey.grant.Grants;
import dev.sidekey.grant.UnattendedGrant;
import dev.sidekey.oauth.Scopes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What every grant keeps to, whatever it is. Runs over the whole catalogue. */
class GrantContractTest {
    private static final List<String> SECRETS =
            List.of(
                    "code",
                    "code_verifier",
                    "refresh_token",
                    "client_assertion",
                    "assertion",
                    "subject_token",
                    "actor_token",
                    "device_code");

    @TempDir Path work;

    static Stream<Named<Grant>> grants() {
        return Grants.all().stream().map(grant -> Named.of(grant.name(), grant));
    }

    /** A code's server is asked until the code ends, however long it is down (RFC 8628 §3.5). */
    static Stream<Named<Grant>> grantsThatGiveUp() {
        return grants().filter(grant -> !(grant.getPayload() instanceof DeviceCode));
    }

    static Stream<Named<Grant>> grantsWithoutAPerson() {
        return grants().filter(grant -> grant.getPayload() instanceof UnattendedGrant);
    }

    @ParameterizedTest
    @MethodSource("grants")
    void manyCallsAtOnceAskForOneToken(Grant grant) throws Exception {
        try (var situation = new GrantSituation(grant, work);
                var sidekey = situation.start()) {
            var calls = IntStream.range(0, 50).mapToObj(_ -> sidekey.call("/mcp", "echo")).toList();
            if (situation.needsPerson()) {
                sidekey.logIn();
            }
            assertThat(calls).allMatch(GrantSituation::succeeded);
            assertThat(situation.asked()).isEqualTo(1);
            assertThat(situation.authorization.mostTokenRequestsAtOnce()).isEqualTo(1);
        }
    }

    /** Many servers that offer a login in a browser list it nowhere. */
    static Stream<Named<Grant>> grantsThatAreListed() {
        return grants().filter(grant -> !(grant.getPayload() instanceof AuthorizationCode));
    }

    @ParameterizedTest
    @MethodSource("grantsThatAreListed")
    void aServerThatDoesNotListItIsNotAskedAndIsNamed(Grant grant) throws Exception {
        try (var situation = new GrantSituation(grant, work)) {
            var server = situation.authorization;
            var metadata = new HashMap<>(server.switches.metadata);
            metadata.put("grant_types_supported", List.of("magic"));
            server.switches.metadata = metadata;
            try (var sidekey = situation.start()) {
                assertThat(situation.call(sidekey, false).body())
                        .contains("isError")
                        .contains("does not offer the grant " + grant.name())
                        .contains(server.issuer())
                        .contains("it lists magic")
                        .contains("upstreams.NAME.grant");
                assertThat(server.http().asked("/token")).isEmpty();
                assertThat(server.http().asked("/device")).isEmpty();
            }
        }
    }

    /** Such a grant is held, whatever it takes: there is nobody to be told of a login. */
    @ParameterizedTest
    @MethodSource("grantsWithoutAPerson")
    void aSlowServerIsWaitedForAndNoLoginIsAskedFor(Grant grant) throws Exception {
        try (var situation = new GrantSituation(grant, work)) {
            situation.config.loginWait = Duration.ofMillis(50);
            situation.authorization.switches.beforeToken =
                    () -> LockSupport.parkNanos(400_000_000L);
            try (var sidekey = situation.start()) {
                assertThat(situation.call(sidekey).body()).contains("\"result\":{\"echo\"");
                assertThat(sidekey.logins()).isEmpty();
            }
        }
    }

    /** RFC 9449: with one key from the first token on, a proof with each request. */
    @ParameterizedTest
    @MethodSource("grants")
    void itsTokensAreBoundToOneKeyWhereThatIsRequired(Grant grant) throws Exception {
        try (var situation = new GrantSituation(grant, work)) {
            situation.config.dpop = UpstreamConfig.Dpop.REQUIRE;
            situation.mcp.switches.dpop = true;
            try (var sidekey = situation.start()) {
                assertThat(situation.call(sidekey).body()).contains("\"result\":{\"echo\"");
                var key = boundTo(situation);
                assertThat(key).isNotNull();
                situation.authorization.expireAccessTokens();
                assertThat(situation.call(sidekey, false).body()).contains("\"result\":{\"echo\"");
                assertThat(boundTo(situation)).isEqualTo(key);
                assertThat(situation.mcp.dpop.problems()).isEmpty();
                assertThat(situation.authorization.dpop.problems()).isEmpty();
            }
        }
    }

    private static @Nullable String boundTo(GrantSituation situation) {
        var shown = situation.mcp.http().asked("/mcp").getLast().header("authorization");
        assertThat(shown).startsWith("DPoP ");
        return situation.authorization.thumbprintOf(shown.substring("DPoP ".length()));
    }

    @ParameterizedTest
    @MethodSource("grants")
    void aRefusalIsSaidAndNotAskedAgain(Grant grant) throws Exception {
        try (var situation = new GrantSituation(grant, work);
                var sidekey = situation.start()) {
            situation.authorization.switches.tokenAnswer =
                    Answer.json(400, Map.of("error", "invalid_grant"));
            assertThat(situation.call(sidekey).body())
                    .contains("isError")
                    .contains("invalid_grant");
            assertThat(situation.authorization.http().asked("/token")).hasSize(1);
            if (!situation.needsPerson()) {
                assertThat(situation.call(sidekey).body()).contains("invalid_grant");
                assertThat(situation.authorization.http().asked("/token")).hasSize(1);
                assertThat(situation.authorization.http().asked("/authorize")).isEmpty();
            }
        }
    }

    /** What a grant has to live through. */
    @FunctionalInterface
    private interface Trial {
        void of(Grant grant) throws Exception;
    }

    /** For each grant in a place of its own, side by side, since most of it is waiting. */
    private static void sideBySide(Stream<Named<Grant>> grants, Trial trial) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var trials = new LinkedHashMap<String, Future<?>>();
            grants.forEach(grant ->
                    trials.put(
                            grant.getName(),
                            threads.submit(() -> {
                                trial.of(grant.getPayload());
                                return null;
                            })));
            for (var one : trials.entrySet()) {
                try {
                    one.getValue().get();
                } catch (ExecutionException e) {
                    throw new AssertionError("the grant " + one.getKey(), e.getCause());
                }
            }
        }
    }

    private GrantSituation situation(Grant grant) throws IOException {
        return new GrantSituation(grant, work.resolve(grant.name()));
    }

    /** E14: two Sidekeys over one store act as one. */
    @ParameterizedTest
    @MethodSource("grantsWithoutAPerson")
    void ofTwoProcessesOneAsks(Grant grant) throws Exception {
        try (var situation = new GrantSituation(grant, work);
                var one = situation.start();
                var two = situation.start()) {
            for (int tokens = 1; tokens <= 3; tokens++) {
                var calls =
                        IntStream.range(0, 40)
                                .mapToObj(i -> (i % 2 == 0 ? one : two).call("/mcp", "echo"))
                                .toList();
                assertThat(calls).allMatch(GrantSituation::succeeded);
                assertThat(situation.asked()).isEqualTo(tokens);
                situation.authorization.expireAccessTokens();
            }
            assertThat(situation.authorization.mostTokenRequestsAtOnce()).isEqualTo(1);
        }
    }

    @Test
    void aServerThatIsDownIsAskedAgainAfterAPause() throws Exception {
        sideBySide(grantsThatGiveUp(), this::outlivesAServerThatIsDown);
    }

    private void outlivesAServerThatIsDown(Grant grant) throws Exception {
        try (var situation = situation(grant);
                var sidekey = situation.start()) {
            situation.authorization.switches.tokenAnswer =
                    Answer.text(503, "down").with("Retry-After", "2");
            assertThat(situation.call(sidekey).body()).contains("isError").contains("HTTP 503");
            if (!situation.needsPerson()) {
                assertThat(situation.call(sidekey).body()).contains("HTTP 503");
                assertThat(situation.authorization.http().asked("/token")).hasSize(1);
            }
            situation.authorization.switches.tokenAnswer = null;
            RunningSidekey.await(
                    () -> situation.needsPerson() || succeeds(sidekey),
                    "the server is asked again");
            assertThat(situation.call(sidekey).body()).contains("\"result\":{\"echo\"");
        }
    }

    private static boolean succeeds(RunningSidekey sidekey) {
        return GrantSituation.succeeded(sidekey.call("/mcp", "echo"));
    }

    @Test
    void aTokenIsReplacedBehindTheCallsAndKeptWhileItCannotBe() throws Exception {
        sideBySide(grantsWithoutAPerson(), this::replacesItsToken);
    }

    private void replacesItsToken(Grant grant) throws Exception {
        try (var situation = situation(grant)) {
            situation.authorization.switches.expiresIn = 8;
            try (var sidekey = situation.start()) {
                assertThat(situation.call(sidekey).body()).contains("\"result\":{\"echo\"");
                situation.authorization.switches.tokenAnswer = Answer.text(503, "down");
                RunningSidekey.await(
                        () -> succeeds(sidekey) && tokenRequests(situation) > 1,
                        "it is STALE and another is asked for");
                assertThat(situation.call(sidekey).body()).contains("\"result\":{\"echo\"");
                situation.authorization.switches.tokenAnswer = null;
                RunningSidekey.await(
                        () -> succeeds(sidekey) && shownLast(situation).equals("another"),
                        "another is shown");
            }
        }
    }

    private static int tokenRequests(GrantSituation situation) {
        return situation.authorization.http().asked("/token").size();
    }

    /** Whether the last call showed the first call's token, or another. */
    private static String shownLast(GrantSituation situation) {
        var shown =
                situation.mcp.http().asked("/mcp").stream()
                        .map(asked -> asked.header("authorization"))
                        .filter(header -> !header.isEmpty())
                        .toList();
        return shown.getLast().equals(shown.getFirst()) ? "the first" : "another";
    }

    @Test
    void clocksMayBeFiveMinutesApart() throws Exception {
        sideBySide(grants(), this::bearsOtherClocks);
    }

    private void bearsOtherClocks(Grant grant) throws Exception {
        for (var ahead : List.of(Duration.ofMinutes(5), Duration.ofMinutes(-5))) {
            try (var situation = new GrantSituation(grant, work.resolve(grant.name() + ahead))) {
                situation.authorization.switches.clockAhead = ahead;
                situation.withKey();
                try (var sidekey = situation.start()) {
                    assertThat(situation.call(sidekey).body()).contains("\"result\":{\"echo\"");
                    assertThat(situation.call(sidekey, false).body())
                            .contains("\"result\":{\"echo\"");
                    assertThat(situation.asked()).isEqualTo(1);
                    assertSignedByTheServersClock(situation, Instant.now().plus(ahead));
                }
            }
        }
    }

    private static void assertSignedByTheServersClock(GrantSituation situation, Instant there)
            throws Exception {
        for (var asked : situation.authorization.http().asked("/token")) {
            var assertion = asked.form().get("client_assertion");
            if (assertion != null) {
                var claims = SignedJWT.parse(assertion).getJWTClaimsSet();
                assertThat(claims.getIssueTime().toInstant()).isBefore(there.plusSeconds(5));
                assertThat(claims.getExpirationTime().toInstant()).isAfter(there);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("grants")
    void noSecretIsShownAnywhere(Grant grant) throws Exception {
        var appender = new ListAppender<ILoggingEvent>();
        var root = (Logger) LoggerFactory.getLogger("dev.sidekey");
        root.setLevel(Level.TRACE);
        appender.start();
        root.addAppender(appender);
        try (var situation = new GrantSituation(grant, work)) {
            var shown = live(situation);
            appender.list.forEach(event -> shown.add(line(event)));
            shown.addAll(stored());
            for (var secret : secrets(situation)) {
                assertThat(shown).noneMatch(text -> text.contains(secret));
            }
        } finally {
            root.detachAppender(appender);
            root.setLevel(null);
        }
    }

    /** A token, another after a refusal of it, a server that is down, one that refuses. */
    private static List<String> live(GrantSituation situation) throws Exception {
        var shown = new ArrayList<String>();
        try (var sidekey = situation.start()) {
            shown.add(situation.call(sidekey).headers().toString());
            situation.authorization.expireAccessTokens();
            shown.add(situation.call(sidekey, false).headers().toString());
            situation.authorization.expireAccessTokens();
            situation.authorization.switches.tokenAnswer = Answer.text(503, "down");
            shown.add(situation.call(sidekey, false).body());
            shown.add(sidekey.get(sidekey.adminUrl("/api/v1/upstreams")).body());
            shown.add(sidekey.get(sidekey.adminUrl("/api/v1/logins")).body());
            shown.add(sidekey.admin("/api/v1/upstreams/default/logout").body());
        }
        return shown;
    }

    private static String line(ILoggingEvent event) {
        return event.getFormattedMessage()
                + event.getKeyValuePairs()
                + (event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getMessage());
    }

    private List<String> stored() throws Exception {
        var texts = new ArrayList<String>();
        try (var files = Files.walk(work.resolve("state"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                texts.add(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return texts;
    }

    /** All that was secret on both wires, and in the files. */
    private static Set<String> secrets(GrantSituation situation) throws Exception {
        var secrets = new LinkedHashSet<String>();
        secrets.add(GrantSituation.SECRET);
        for (var name : List.of("assertion", "subject-token", "actor-token")) {
            secrets.add(Files.readString(situation.file(name)));
        }
        for (var asked : situation.authorization.http().asked()) {
            for (var name : SECRETS) {
                if (asked.form().containsKey(name)) {
                    secrets.add(asked.form().get(name));
                }
            }
        }
        for (var asked : situation.mcp.http().asked("/mcp")) {
            var token = asked.header("authorization").replace("Bearer ", "");
            if (!token.isEmpty()) {
                secrets.add(token);
            }
        }
        return secrets;
    }

    /** 200 at a time over tokens of 3 seconds: nobody waits in vain, nobody asks too often. */
    @Test
    void twoHundredCallsAtATimeOutliveShortTokens() throws Exception {
        sideBySide(grantsWithoutAPerson(), this::outlivesItsTokens);
    }

    private void outlivesItsTokens(Grant grant) throws Exception {
        try (var situation = situation(grant)) {
            situation.authorization.switches.expiresIn = 3;
            situation.authorization.switches.tokensEnd = true;
            situation.mcp.switches.needed = Scopes.of("read");
            try (var sidekey = situation.start()) {
                var failed = new ArrayList<String>();
                var begins = System.nanoTime();
                while (System.nanoTime() < begins + 8_000_000_000L) {
                    IntStream.range(0, 200)
                            .mapToObj(_ -> sidekey.call("/mcp", "echo"))
                            .toList()
                            .forEach(call -> addIfFailed(failed, call.join().body()));
                    RunningSidekey.pause();
                }
                var seconds = (System.nanoTime() - begins) / 1e9;
                assertThat(failed).isEmpty();
                assertThat(situation.asked()).isBetween(3L, (long) (seconds / (0.75 * 3) + 1));
                assertThat(situation.authorization.mostTokenRequestsAtOnce()).isEqualTo(1);
            }
        }
    }

    private static void addIfFailed(List<String> failed, String body) {
        if (!body.contains("\"result\":{\"echo\"")) {
            failed.add(body);
        }
    }
}
