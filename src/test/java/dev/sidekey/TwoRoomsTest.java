package dev.sidekey;

import dev.sidekey.address.EndpointRules;
import dev.sidekey.address.OuterProxy;
import dev.sidekey.address.SystemResolver;
import dev.sidekey.address.TrustedRoots;
import dev.sidekey.authorization.Authorization;
import dev.sidekey.authorization.AuthorizationRoom;
import dev.sidekey.authorization.Call;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one store whose clock a test turns, and a server that notes each token. */
abstract class TwoRoomsTest {
    static final String TOKEN = "refresh-0";

    @TempDir Path state;

    final TurnableClock clock = new TurnableClock();
    final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    final List<String> shown = Collections.synchronizedList(new ArrayList<>());
    final Vaults vaults = new Vaults(clock);
    final FakeHttp server = FakeHttp.start(this::token);
    private final AtomicInteger numbers = new AtomicInteger();

    /** Runs once a token was noted, before the answer. */
    volatile Runnable beforeAnswer = () -> {};

    @AfterEach
    void close() {
        server.close();
        threads.shutdownNow();
    }

    static Authorization renew(AuthorizationRoom room, Call call) {
        return room.authorizer().renew(call).join();
    }

    private Answer token(Asked asked) {
        shown.add(asked.form().get("refresh_token"));
        beforeAnswer.run();
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

    final AuthorizationRoom room(SidekeyConfig config, Vault vault) throws Exception {
        var resolver = new SystemResolver(Map.of());
        var roots = TrustedRoots.load(null);
        var http =
                new OAuthHttp(
                        resolver,
                        new OAuthHttp.Limits(Duration.ofSeconds(10), 1 << 20, () -> false),
                        roots,
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

    final Credential expired() {
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
    static final class TurnableClock extends Clock {
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
