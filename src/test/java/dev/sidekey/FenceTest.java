package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.address.EndpointRules;
import dev.sidekey.address.OuterProxy;
import dev.sidekey.address.SystemResolver;
import dev.sidekey.address.TrustedRoots;
import dev.sidekey.authorization.Authorization;
import dev.sidekey.authorization.AuthorizationRoom;
import dev.sidekey.authorization.Call;
import dev.sidekey.authorization.Principal;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.CredentialKey;
import dev.sidekey.credential.ScopeSets;
import dev.sidekey.credential.Vault;
import dev.sidekey.credential.Vaults;
import dev.sidekey.fakes.FakeHttp;
import dev.sidekey.fakes.FakeHttp.Answer;
import dev.sidekey.fakes.FakeHttp.Asked;
import dev.sidekey.interaction.Reach;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.OAuthHttp;
import dev.sidekey.oauth.Secret;
import dev.sidekey.telemetry.Audit;
import dev.sidekey.telemetry.AuthorizationMeters;
import dev.sidekey.telemetry.Traces;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that holds the lease of a refresh is stopped for longer than the lease lasts, another
 * one refreshes meanwhile, and then the first one wakes (E14). Shown with the fence, and without it
 * to prove that it is the fence that helps.
 */
final class FenceTest {
    private static final String TOKEN = "refresh-0";

    @TempDir Path state;

    private final TurnableClock clock = new TurnableClock();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> shown = new ArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final FakeHttp server = FakeHttp.start(this::token);
    private final Vaults vaults = new Vaults(clock);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch woken = new CountDownLatch(1);

    @AfterEach
    void close() {
        server.close();
        threads.shutdownNow();
    }

    @Test
    void aHolderThatWakesLateShowsNoRefreshTokenASecondTime() throws Exception {
        var late = refreshByTwoOfWhomOneIsStopped(true);

        assertThat(late).isInstanceOf(Authorization.Granted.class);
        assertThat(shown).containsExactly(TOKEN);
    }

    @Test
    void withoutTheFenceItShowsTheTokenThatTheOtherHasUsedUp() throws Exception {
        var late = refreshByTwoOfWhomOneIsStopped(false);

        assertThat(late).isNotNull();
        assertThat(shown).as("the server would revoke the family").containsExactly(TOKEN, TOKEN);
    }

    private Authorization refreshByTwoOfWhomOneIsStopped(boolean fenced) throws Exception {
        var config = new TestConfig(state).upstream("default", server.url() + "/mcp").build();
        var setup = vaults.open(true, () -> {});
        assertThat(setup.save(expired(), 0, null)).isNotNull();
        var call =
                new Call(
                        config.upstreams().get("default"),
                        Principal.LOCAL,
                        "POST",
                        server.url() + "/mcp");
        var first = room(config, vaults.open(fenced, this::stop));
        var second = room(config, vaults.open(fenced, () -> {}));
        try {
            var late = CompletableFuture.supplyAsync(() -> renew(first, call), threads);
            assertThat(stopped.await(20, TimeUnit.SECONDS)).isTrue();
            clock.turn(Duration.ofSeconds(16));

            assertThat(renew(second, call)).isInstanceOf(Authorization.Granted.class);
            woken.countDown();

            return late.get(20, TimeUnit.SECONDS);
        } finally {
            first.close(Duration.ZERO);
            second.close(Duration.ZERO);
        }
    }

    private static Authorization renew(AuthorizationRoom room, Call call) {
        return room.authorizer().renew(call).join();
    }

    /** As by SIGSTOP, between looking at the credential and saying that its token is shown. */
    private void stop() {
        stopped.countDown();
        try {
            assertThat(woken.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized Answer token(Asked asked) {
        shown.add(asked.form().get("refresh_token"));
        var number = numbers.incrementAndGet();
        return Answer.json(
                200,
                Map.of(
                        "access_token",
                        "access-" + number,
                        "token_type",
                        "Bearer",
                        "expires_in",
                        3600,
                        "refresh_token",
                        "refresh-" + number));
    }

    private AuthorizationRoom room(SidekeyConfig config, Vault vault) throws Exception {
        var resolver = new SystemResolver(Map.of());
        var roots = TrustedRoots.load(null);
        var http =
                new OAuthHttp(
                        resolver,
                        new OAuthHttp.Limits(Duration.ofSeconds(10), 1 << 20, () -> false),
                        new OAuthHttp.Trust(roots.sockets(), roots.manager()),
                        OuterProxy.none());
        var rules = new EndpointRules(config.egress(), config.insecureHttp(), resolver);
        var meters = new AuthorizationMeters(new SimpleMeterRegistry());
        return AuthorizationRoom.open(
                config,
                config.publicUrl(),
                new AuthorizationRoom.Ground(
                        vault,
                        http,
                        rules,
                        new Reach(List.of(), false),
                        threads,
                        clock,
                        meters,
                        Audit.NONE,
                        new Traces(Map.of())));
    }

    private Credential expired() {
        var url = server.url() + "/mcp";
        var now = clock.instant();
        return new Credential(
                new CredentialKey("local/default", server.url(), url, "client"),
                URI.create(url),
                new ClientIdentity.Preregistered(server.url(), "client", null, "none"),
                Secret.of("access-0"),
                "Bearer",
                now.minusSeconds(60),
                now.minusSeconds(1),
                Secret.of(TOKEN),
                ScopeSets.NONE,
                URI.create(server.url() + "/token"),
                null,
                null,
                "authorization_code",
                null);
    }

    /** Stands still until it is turned. */
    private static final class TurnableClock extends Clock {
        private volatile Instant now = Instant.parse("2026-11-24T10:00:00Z");

        synchronized void turn(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
