package dev.sidekey.authorization;

import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.PendingLogin;
import dev.sidekey.oauth.Secret;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What operators and browsers ask of this room, answered from memory and store. */
final class UpstreamOperations implements Operations {
    private final Map<String, UpstreamConfig> upstreams;
    private final Authorizer authorizer;
    private final HeldCredentials held;
    private final Logins logins;
    private final FinishLogin finishLogin;
    private final EndSession endSession;
    private final Probe probe;
    private final LoggedFlows flows;

    /**
     * What it works with.
     *
     * @param authorizer begins logins
     * @param held what is in memory
     * @param logins what awaits a person
     * @param flows what failed last
     */
    record Views(Authorizer authorizer, HeldCredentials held, Logins logins, LoggedFlows flows) {}

    UpstreamOperations(
            Map<String, UpstreamConfig> upstreams,
            Views views,
            FinishLogin finishLogin,
            EndSession endSession,
            Probe probe) {
        this.upstreams = Map.copyOf(upstreams);
        this.authorizer = views.authorizer();
        this.held = views.held();
        this.logins = views.logins();
        this.flows = views.flows();
        this.finishLogin = finishLogin;
        this.endSession = endSession;
        this.probe = probe;
    }

    @Override
    public List<UpstreamStatus> upstreams() {
        return upstreams.values().stream()
                .sorted(Comparator.comparing(UpstreamConfig::name))
                .map(this::status)
                .toList();
    }

    private UpstreamStatus status(UpstreamConfig upstream) {
        var slot = Slot.of(upstream, Principal.LOCAL);
        var credential = held.best(slot, upstream.url().toString());
        var problem = flows.problem(slot);
        var waiting = logins.openFor(slot) != null;
        var state =
                waiting
                        ? "login_required"
                        : credential != null
                                ? "authorized"
                                : problem != null ? "failed" : "anonymous";
        return new UpstreamStatus(
                upstream.name(),
                upstream.url(),
                state,
                credential == null ? null : view(credential),
                problem == null ? null : problem.reason() + ": " + problem.message());
    }

    private static CredentialStatus view(HeldCredential held) {
        var credential = held.credential();
        var scopes = credential.scopes();
        var ends = credential.expiresAt();
        return new CredentialStatus(
                credential.key().issuer(),
                credential.key().resource(),
                credential.key().clientId(),
                scopes.challenged().toString(),
                scopes.requested().toString(),
                scopes.registered().toString(),
                scopes.granted().toString(),
                ends == null ? null : ends.toString(),
                held.isRefreshable());
    }

    @Override
    public List<LoginStatus> logins() {
        return logins.open().stream()
                .sorted(Comparator.comparing(PendingLogin::createdAt))
                .map(this::status)
                .toList();
    }

    private LoginStatus status(PendingLogin login) {
        return new LoginStatus(
                login.upstreamName(),
                logins.link(login),
                login.issuer(),
                login.resource(),
                login.scopes().requested().toString(),
                login.expiresAt().toString());
    }

    @Override
    public @Nullable Authorization login(String upstream) {
        var config = find(upstream);
        if (config == null) {
            return null;
        }
        var call = new Call(config, Principal.LOCAL, "POST", config.url().toString());
        return switch (authorizer.held(call)) {
            case Held.Usable usable -> new Authorization.Granted(usable.credential());
            case Held.Expired _ -> orAsk(call, authorizer.renew(call).join());
            case Held.Nothing _ -> ask(call);
        };
    }

    private Authorization orAsk(Call call, Authorization renewed) {
        return renewed instanceof Authorization.Forgotten ? ask(call) : renewed;
    }

    /** Finds out what the upstream wants, as a call without a token would. */
    private Authorization ask(Call call) {
        var refusal = probe.ask(call.upstream());
        return refusal instanceof Refusal.NotOurs
                ? new Authorization.PassOn()
                : authorizer.authorize(call, refusal, null).join();
    }

    @Override
    public @Nullable LogoutStatus logout(String upstream) {
        var config = find(upstream);
        return config == null ? null : endSession.end(config, Slot.of(config, Principal.LOCAL));
    }

    @Override
    public @Nullable LoginStart follow(String nonce) {
        for (var login : logins.open()) {
            if (Secret.of(nonce).equals(login.nonce())) {
                return new LoginStart(login.authorizationUrl(), status(login));
            }
        }
        return null;
    }

    @Override
    public LoginPage finish(Map<String, String> parameters, @Nullable String boundNonce) {
        return finishLogin.finish(parameters, boundNonce);
    }

    private @Nullable UpstreamConfig find(String nameOrUrl) {
        var named = upstreams.get(nameOrUrl);
        if (named != null) {
            return named;
        }
        return upstreams.values().stream()
                .filter(upstream -> upstream.url().toString().equals(nameOrUrl))
                .findFirst()
                .orElse(null);
    }
}
