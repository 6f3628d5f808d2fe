package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import dev.sidekey.config.StoreConfig;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Two Sidekeys in this process that share a store, an upstream and the first one's login pages. */
final class ReplicaPair implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaPair.class);
    private static final int PATIENCE_SECONDS = 30;

    final FakeAuthorizationServer authorization = FakeAuthorizationServer.start();
    private final FakeMcpServer mcp = FakeMcpServer.start(authorization);
    private final RunningSidekey first;
    private final RunningSidekey second;

    ReplicaPair(Path state, StoreConfig store) throws Exception {
        int admin = TestConfig.freePort();
        first = replica(state.resolve("first"), store, admin, admin);
        second = replica(state.resolve("second"), store, 0, admin);
    }

    private RunningSidekey replica(Path state, StoreConfig store, int own, int shared)
            throws Exception {
        var config = new TestConfig(state);
        config.store = store;
        config.adminPort = own;
        config.publicUrl = URI.create("http://127.0.0.1:" + shared);
        return new RunningSidekey(config.upstream("default", mcp.url()).build());
    }

    /** A login that began at one and ends at the other serves both. */
    void logInOnce() throws Exception {
        var call = second.call("/mcp", "echo");
        first.follow(second.awaitLink());

        assertThat(call.get(PATIENCE_SECONDS, TimeUnit.SECONDS).body())
                .contains("\"result\":{\"echo");
        assertThat(isServed(first)).isTrue();
        assertThat(logins()).isEqualTo(1);
    }

    /** A logout at one ends the other's calls within a second. */
    void logOutForBoth() throws Exception {
        first.admin("/api/v1/upstreams/default/logout");
        var start = System.nanoTime();
        RunningSidekey.await(() -> !holds(second), "the other has dropped it");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }

    private static boolean holds(RunningSidekey sidekey) {
        try {
            var upstreams = sidekey.get(sidekey.adminUrl("/api/v1/upstreams"));
            return upstreams.body().contains("\"authorized\"");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** One call at each; whether both were the upstream's own answer. */
    boolean areServed() {
        var one = isServed(first);
        return isServed(second) && one;
    }

    /** One call at each, whatever it brings. */
    void callBoth() {
        var served = areServed();
        LOG.debug("served: {}", served);
    }

    private static boolean isServed(RunningSidekey sidekey) {
        try {
            var answer = sidekey.call("/mcp", "echo").get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return answer.body().contains("\"result\":{\"echo");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    int refreshes() {
        return authorization.http().asked("/token").size() - 1;
    }

    int logins() {
        return authorization.http().asked("/authorize").size();
    }

    /** No refresh token came twice, by the authorization server's own record. */
    void assertNoTokenWasShownTwice() {
        var shown = new HashSet<String>();
        for (var asked : authorization.http().asked("/token")) {
            var token = asked.form().get("refresh_token");
            assertThat(token == null || shown.add(token)).as(token + " once").isTrue();
        }
        assertThat(authorization.sawReuse()).isFalse();
    }

    @Override
    public void close() {
        first.close();
        second.close();
        mcp.close();
        authorization.close();
    }
}
