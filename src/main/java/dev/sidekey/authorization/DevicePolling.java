package dev.sidekey.authorization;

import dev.sidekey.authorization.Authorization.Denied;
import dev.sidekey.authorization.AuthorizationState.Authorized;
import dev.sidekey.authorization.AuthorizationState.Failed;
import dev.sidekey.authorization.AuthorizationState.Settled;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.Lease;
import dev.sidekey.credential.PendingLogin;
import dev.sidekey.credential.Vault;
import dev.sidekey.grant.DeviceCode;
import dev.sidekey.grant.PollInterval;
import dev.sidekey.grant.TokenEndpoint;
import dev.sidekey.grant.TokenRequest;
import dev.sidekey.oauth.OAuthError;
import dev.sidekey.oauth.TokenReply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a token endpoint until a person has decided elsewhere (RFC 8628 §3.4, §3.5): never sooner
 * than the server wants, and only while this process has the turn, so that one asks among all.
 * Needs nothing but the stored login. Blocks a virtual thread.
 */
final class DevicePolling {
    private static final long LOOK_EVERY_MILLIS = 1_000;

    private final Vault vault;
    private final Logins logins;
    private final DeviceCode grant = new DeviceCode();
    private final TokenEndpoint endpoint;
    private final KeepCredential keepCredential;
    private final Clock clock;

    DevicePolling(
            Vault vault,
            Logins logins,
            TokenEndpoint endpoint,
            KeepCredential keepCredential,
            Clock clock) {
        this.vault = vault;
        this.logins = logins;
        this.endpoint = endpoint;
        this.keepCredential = keepCredential;
        this.clock = clock;
    }

    /** Waits for the person's decision, the login's end, or its removal. */
    Settled await(UpstreamConfig upstream, PendingLogin login, Turn turn) {
        var device = Objects.requireNonNull(login.device(), "a login with a code");
        var interval = new PollInterval(device.interval());
        var next = clock.instant().plus(interval.value());
        var end = logins.awaitedOf(login);
        try {
            while (true) {
                look(end, next);
                var hasTurn = turn.keep();
                if (vault.loginByNonce(login.nonce()) == null || !logins.isOpen(login)) {
                    return ended(login, Denials.loginExpired(login.issuer()));
                }
                if (!hasTurn || clock.instant().isBefore(next)) {
                    continue;
                }
                switch (ask(upstream, login, turn.lease(), interval)) {
                    case Later later -> interval = later.interval();
                    case Over(var settled) -> {
                        return settled;
                    }
                }
                next = clock.instant().plus(interval.value());
            }
        } catch (InterruptedException | ExecutionException e) {
            // Sidekey stops: the login stays open for the next process
            return new Failed(Denials.broken());
        } finally {
            logins.forget(login);
        }
    }

    private void look(Future<?> end, Instant next) throws InterruptedException, ExecutionException {
        var wait = Duration.between(clock.instant(), next).toMillis();
        try {
            end.get(Math.clamp(wait, 1, LOOK_EVERY_MILLIS), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // look again
        }
    }

    private sealed interface Answer {}

    private record Over(Settled settled) implements Answer {}

    /** Ask again after the given interval. */
    private record Later(PollInterval interval) implements Answer {}

    private Answer ask(
            UpstreamConfig upstream, PendingLogin login, Lease fence, PollInterval interval) {
        var device = Objects.requireNonNull(login.device(), "a login with a code");
        var request =
                new TokenRequest(
                        login.tokenEndpoint(),
                        login.client(),
                        login.resourceParameter(),
                        upstream.authorizeParams(),
                        login.dpopKey());
        return switch (grant.poll(endpoint, upstream, request, device.deviceCode())) {
            case TokenReply.Issued issued -> {
                var held = keepCredential.keep(login, DeviceCode.NAME, issued, fence);
                if (held == null) {
                    yield new Over(ended(login, Denials.loginEndedElsewhere(login.issuer())));
                }
                vault.takeLogin(login);
                vault.proveRegistration(login.issuer(), login.client().clientId());
                yield new Over(new Authorized(held));
            }
            case TokenReply.Rejected rejected -> refused(login, rejected.error(), interval);
            case TokenReply.Unasked unasked ->
                    new Over(ended(login, Denials.unusableInput(upstream, unasked.problem())));
            case TokenReply.Failed _ -> new Later(interval.afterSilence());
        };
    }

    private Answer refused(PendingLogin login, OAuthError error, PollInterval interval) {
        return switch (error.error()) {
            case "authorization_pending" -> new Later(interval);
            case "slow_down" -> new Later(interval.slower());
            case "expired_token" -> new Over(ended(login, Denials.loginExpired(login.issuer())));
            case "access_denied" ->
                    new Over(ended(login, Denials.loginRefused(login.issuer(), error)));
            default -> {
                if (error.error().equals("invalid_client")
                        || error.error().equals("unauthorized_client")) {
                    vault.removeRegistration(login.issuer(), login.client().clientId());
                }
                yield new Over(ended(login, Denials.tokenRefused(login.issuer(), error)));
            }
        };
    }

    private Failed ended(PendingLogin login, Denied denied) {
        vault.takeLogin(login);
        return new Failed(denied);
    }
}
