package dev.sidekey.authorization;

import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.PendingLogin;
import dev.sidekey.credential.StoreException;
import dev.sidekey.grant.Grants;
import dev.sidekey.grant.OpenIdSignOn;
import dev.sidekey.oauth.Secret;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators and browsers ask of this room, answered from memory and store. */
final class UpstreamOperations implements Operations {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamOperations.class);

    private final Roster roster;
    private final Authorizer authorizer;
    private final HeldCredentials held;
    private final Setbacks setbacks;
    private final StaticCredentials statics;
    private final Logins logins;
    private final FinishLogin finishLogin;
    private final EndSession endSession;
    private final Probe probe;
    private final LoggedFlows flows;
    private final UnderWay underWay;
    private final ExplainUpstream explainUpstream;

    /**
     * What it works with.
     *
     * @param authorizer begins logins
     * @param kept what is known of credentials and failures
     * @param statics fixed credentials
     * @param logins what awaits a person
     * @param flows what failed last
     * @param underWay what a shutdown waits for
     * @param explainUpstream says which rule came from where
     */
    record Views(
            Authorizer authorizer,
            Kept kept,
            StaticCredentials statics,
            Logins logins,
            LoggedFlows flows,
            UnderWay underWay,
            ExplainUpstream explainUpstream) {}

    UpstreamOperations(
            Roster roster,
            Views views,
            FinishLogin finishLogin,
            EndSession endSession,
            Probe probe) {
        this.roster = roster;
        this.authorizer = views.authorizer();
        this.held = views.kept().held();
        this.setbacks = views.kept().setbacks();
        this.statics = views.statics();
        this.logins = views.logins();
        this.flows = views.flows();
        this.underWay = views.underWay();
        this.explainUpstream = views.explainUpstream();
        this.finishLogin = finishLogin;
        this.endSession = endSession;
        this.probe = probe;
    }

    @Override
    public List<String> agents() {
        return roster.principals().stream().map(Principal::name).toList();
    }

    @Override
    public boolean isStoreReachable() {
        try {
            var _ = logins.open();
            return true;
        } catch (StoreException e) {
            LOG.atWarn()
                    .addKeyValue("problem", e.getMessage())
                    .log("the credential store cannot be read");
            return false;
        }
    }

    @Override
    public boolean isAuthenticated(String upstream, String agent) {
        var config = roster.named(upstream);
        if (config == null || "none".equals(config.grant())) {
            return config != null;
        }
        var url = config.url().toString();
        var call = new Call(config, new Principal(agent), "POST", url);
        return switch (authorizer.held(call)) {
            case Held.Usable _ -> true;
            case Held.Expired _ -> {
                var credential = held.best(Slot.of(call), url);
                yield credential != null && credential.isRefreshable();
            }
            case Held.Nothing _ -> false;
        };
    }

    @Override
    public @Nullable Explanation explain(String upstream, String agent) {
        var config = roster.find(upstream);
        return config == null ? null : explainUpstream.explain(config, new Principal(agent));
    }

    @Override
    public List<UpstreamStatus> upstreams() {
        // those that go by their URL are known by what is held for them
        var implied =
                held.everything().stream()
                        .map(one -> HeldCredentials.slotOf(one.credential()))
                        .distinct()
                        .flatMap(slot -> Stream.ofNullable(roster.implied(slot)));
        return Stream.concat(roster.all().stream(), implied)
                .sorted(Comparator.comparing(pair -> pair.upstream().name()))
                .map(this::status)
                .toList();
    }

    private UpstreamStatus status(Roster.Pair pair) {
        var upstream = pair.upstream();
        var slot = Slot.of(upstream, pair.principal());
        var credential = held.best(slot, upstream.url().toString());
        var problem = flows.problem(slot);
        var waiting = awaitsPerson(upstream, slot);
        var state =
                waiting
                        ? "login_required"
                        : credential != null || statics.isHeld(upstream)
                                ? "authorized"
                                : problem != null ? "failed" : "anonymous";
        return new UpstreamStatus(
                upstream.name(),
                upstream.url(),
                pair.principal().name(),
                state,
                credential == null ? null : view(credential),
                problem == null ? null : problem.reason() + ": " + problem.message());
    }

    /** Its own login, or, while it has no token, the one at its identity provider. */
    private boolean awaitsPerson(UpstreamConfig upstream, Slot slot) {
        var provider = held.all(slot).isEmpty() ? Grants.signOn(upstream) : null;
        return logins.openFor(slot) != null
                || (provider != null
                        && logins.openFor(new Slot(slot.account(), provider.url().toString()))
                                != null);
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
                Slot.agentOf(login.account()),
                logins.link(login),
                login.issuer(),
                login.resource(),
                login.scopes().requested().toString(),
                login.expiresAt().toString(),
                logins.invitation(login).userCode());
    }

    @Override
    public @Nullable Authorization login(String upstream, String agent) {
        var config = roster.find(upstream);
        if (config == null) {
            return null;
        }
        var call = new Call(config, new Principal(agent), "POST", config.url().toString());
        // whoever asks for it has mended something, or wants to see whether it is
        setbacks.forget(Slot.of(call));
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
        var refusal =
                OpenIdSignOn.isOf(call.upstream())
                        ? new Refusal.Unauthorized(null)
                        : probe.ask(call.upstream());
        return refusal instanceof Refusal.NotOurs
                ? new Authorization.PassOn()
                : authorizer.authorize(call, refusal, null).join();
    }

    @Override
    public @Nullable LogoutStatus logout(String upstream, String agent) {
        var config = roster.find(upstream);
        return config == null
                ? null
                : endSession.end(config, Slot.of(config, new Principal(agent)));
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
        return underWay.during(() -> finishLogin.finish(parameters, boundNonce));
    }
}
