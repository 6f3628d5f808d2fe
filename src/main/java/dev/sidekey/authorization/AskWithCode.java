package dev.sidekey.authorization;

import dev.sidekey.authorization.AuthorizationState.ClientKnown;
import dev.sidekey.authorization.AuthorizationState.Failed;
import dev.sidekey.credential.DeviceLogin;
import dev.sidekey.credential.PendingLogin;
import dev.sidekey.credential.Vault;
import dev.sidekey.grant.DeviceEndpoint;
import dev.sidekey.interaction.LoginNotice;
import dev.sidekey.oauth.DeviceAuthorization;
import dev.sidekey.oauth.RandomValue;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Asks a person who signs in elsewhere, with a code (RFC 8628). Blocks a virtual thread. */
final class AskWithCode {
    private final Vault vault;
    private final Clock clock;
    private final Logins logins;
    private final DeviceEndpoint endpoint;
    private final DevicePolling polling;
    private final List<LoginNotice> notices;
    private final Duration loginTtl;

    /**
     * @param loginTtl how long a login stays open, if the server does not end it sooner
     */
    AskWithCode(
            Kept kept,
            Logins logins,
            DeviceRoad road,
            List<LoginNotice> notices,
            Duration loginTtl) {
        this.vault = kept.vault();
        this.clock = kept.clock();
        this.logins = logins;
        this.endpoint = road.endpoint();
        this.polling = road.polling();
        this.notices = List.copyOf(notices);
        this.loginTtl = loginTtl;
    }

    /** Where codes are asked for, and how their end is awaited. */
    record DeviceRoad(DeviceEndpoint endpoint, DevicePolling polling) {}

    AuthorizationState request(ClientKnown state) {
        var demand = state.demand();
        var open = logins.openFor(demand.slot());
        if (open != null && open.device() != null && AskPerson.serves(open, state)) {
            return await(demand, open);
        }
        if (open != null) {
            vault.takeLogin(open);
        }
        return switch (ask(state)) {
            case DeviceAuthorization.Given given -> {
                var login = login(state, given);
                vault.saveLogin(login);
                logins.tell(login, notices);
                yield await(demand, login);
            }
            case DeviceAuthorization.Rejected rejected ->
                    new Failed(Denials.loginRefused(state.server().issuer(), rejected.error()));
            case DeviceAuthorization.Unasked unasked ->
                    new Failed(Denials.unusableInput(demand.upstream(), unasked.problem()));
            case DeviceAuthorization.Failed failed ->
                    new Failed(Denials.unreachable(failed.failure()));
        };
    }

    private AuthorizationState await(Demand demand, PendingLogin login) {
        demand.flight().link().complete(logins.invitation(login));
        return polling.await(demand.upstream(), login, demand.turn());
    }

    private DeviceAuthorization ask(ClientKnown state) {
        return endpoint.ask(
                state.demand().upstream(),
                new DeviceEndpoint.Asked(
                        Objects.requireNonNull(
                                state.server().deviceAuthorizationEndpoint(),
                                "checked by the grant"),
                        state.client(),
                        state.scopes().requested(),
                        state.resource().parameter()));
    }

    /** No browser comes back: what a callback would be known by is never shown to anybody. */
    private PendingLogin login(ClientKnown state, DeviceAuthorization.Given given) {
        var now = clock.instant();
        var server = state.server();
        var lives = given.expiresIn().compareTo(loginTtl) < 0 ? given.expiresIn() : loginTtl;
        return new PendingLogin(
                RandomValue.create(),
                RandomValue.create(),
                RandomValue.create(),
                server.issuer(),
                logins.redirectUri().toString(),
                state.demand().upstream().name(),
                state.demand().slot().account(),
                state.resource().identifier(),
                state.demand().upstream().url(),
                given.link(),
                state.scopes(),
                state.client(),
                Objects.requireNonNull(server.tokenEndpoint(), "checked by DiscoverIssuer"),
                server.revocationEndpoint(),
                server.issParameterSupported(),
                state.resource().parameter(),
                now,
                now.plus(lives),
                DpopRule.newKey(state),
                new DeviceLogin(given.deviceCode(), given.userCode(), given.interval()));
    }
}
