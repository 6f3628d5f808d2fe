package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.credential.RedisServer;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A machine's logins move to a fleet's Redis, by an init step that each new pod runs again. */
@Timeout(180)
final class StoreMoveIT {
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    @TempDir Path work;

    private final FakeAuthorizationServer authorization = FakeAuthorizationServer.start();
    private final FakeMcpServer mcp = FakeMcpServer.start(authorization);
    private RedisServer redis;
    private Path export;

    @BeforeEach
    void logInOnOneMachine() throws Exception {
        redis = RedisServer.start();
        export = work.resolve("export");
        Files.writeString(work.resolve("passphrase"), "correct horse battery staple\n");
        try (var old = new RunningSidekey(config(new TestConfig(work.resolve("old"))))) {
            var call = old.call("/mcp", "echo");
            old.logIn();
            assertThat(call.get().body()).contains("\"result\":{\"echo");
        }
        run("export", "state-dir: " + work.resolve("old"), "store: { type: file }");
    }

    @AfterEach
    void close() {
        mcp.close();
        authorization.close();
        redis.close();
    }

    private SidekeyConfig config(TestConfig config) {
        if (config.store == null) {
            config.storeType = "file";
        }
        return config.upstream("default", mcp.url()).build();
    }

    private RunningSidekey pod(String name) throws Exception {
        var config = new TestConfig(work.resolve(name));
        config.store = redis.config("fleet");
        return new RunningSidekey(config(config));
    }

    @Test
    void eachPodOfAFleetImportsAndOnlyTheFirstAddsAnything() throws Exception {
        assertThat(importing()).startsWith("added ").doesNotStartWith("added 0");
        try (var pod = pod("first")) {
            assertThat(isAnswered(pod)).as("without a login").isTrue();
            authorization.expireAccessTokens();
            assertThat(isAnswered(pod)).as("refreshed").isTrue();

            var stored = redis.ask("HGETALL {fleet}:credential");
            assertThat(importing()).contains("taken in before");
            assertThat(redis.ask("HGETALL {fleet}:credential")).isEqualTo(stored);
            assertThat(isAnswered(pod)).isTrue();

            pod.admin("/api/v1/upstreams/default/logout");
            assertThat(importing()).contains("taken in before");
            assertThat(redis.ask("HLEN {fleet}:credential")).as("logged out").startsWith(":0");
        }
        assertThat(authorization.http().asked("/authorize")).hasSize(1);
        var shown = new HashSet<String>();
        for (var asked : authorization.http().asked("/token")) {
            assertThat(shown.add("" + asked.form().get("refresh_token"))).as("once").isTrue();
        }
    }

    private static boolean isAnswered(RunningSidekey pod) throws Exception {
        var answer = pod.call("/mcp", "echo").get(30, TimeUnit.SECONDS);
        return answer.body().contains("\"result\":{\"echo");
    }

    private String importing() throws Exception {
        return run(
                "import",
                "state-dir: " + work.resolve("init"),
                "store: { type: redis, url: '%s', key: '%s', prefix: fleet }"
                        .formatted(redis.url(), KEY));
    }

    /** As a container's command; what it says. */
    private String run(String verb, String... settings) throws IOException, InterruptedException {
        var lines = new ArrayList<>(List.of(settings));
        lines.add("upstreams: { default: '" + mcp.url() + "' }");
        var config = Files.write(work.resolve(verb + ".yaml"), lines);
        var process =
                new ProcessBuilder(
                                System.getProperty("sidekey.launcher", "./sidekey"),
                                "store",
                                verb,
                                "--config",
                                config.toString(),
                                "--passphrase-file",
                                work.resolve("passphrase").toString(),
                                export.toString())
                        .redirectErrorStream(true)
                        .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
