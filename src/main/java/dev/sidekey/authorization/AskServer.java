package dev.sidekey.authorization;

import dev.sidekey.authorization.Authorization.Denied;
import dev.sidekey.authorization.AuthorizationState.Authorized;
import dev.sidekey.authorization.AuthorizationState.ClientKnown;
import dev.sidekey.authorization.AuthorizationState.Failed;
import dev.sidekey.authorization.AuthorizationState.SignOnNeeded;
import dev.sidekey.credential.Credential;
import dev.sidekey.credential.CredentialKey;
import dev.sidekey.grant.Grants;
import dev.sidekey.grant.TokenRequest;
import dev.sidekey.grant.UnattendedGrant;
import dev.sidekey.oauth.DpopKey;
import dev.sidekey.oauth.TokenReply;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks for a token by a grant that needs no person: once, without a fallback (M11). Blocks. */
final class AskServer {
    private final SignOn signOn;
    private final KeepCredential keepCredential;
    private final Setbacks setbacks;
    private final Clock clock;

    AskServer(SignOn signOn, KeepCredential keepCredential, Setbacks setbacks, Clock clock) {
        this.signOn = signOn;
        this.keepCredential = keepCredential;
        this.setbacks = setbacks;
        this.clock = clock;
    }

    AuthorizationState request(ClientKnown state, UnattendedGrant grant) {
        var demand = state.demand();
        return switch (signOn.of(demand.upstream(), grant, demand.slot().account())) {
            case SignOn.SignedOn signedOn -> request(state, grant, signedOn);
            case SignOn.SignedOff(var provider, var ended) ->
                    new SignOnNeeded(state, provider, ended);
            case SignOn.NotNow(var denied) -> new Failed(denied);
        };
    }

    private AuthorizationState request(
            ClientKnown state, UnattendedGrant grant, SignOn.SignedOn signedOn) {
        var demand = state.demand();
        var upstream = demand.upstream();
        var dpopKey = DpopRule.newKey(state);
        var request =
                new TokenRequest(
                        tokenEndpoint(state),
                        state.client(),
                        state.resource().parameter(),
                        upstream.authorizeParams(),
                        dpopKey);
        var reply = grant.request(signedOn.means(), upstream, request, state.scopes().requested());
        return switch (reply) {
            case TokenReply.Issued issued -> {
                signedOn.accepted();
                setbacks.forget(demand.slot());
                yield keep(state, credential(state, issued, dpopKey));
            }
            case TokenReply.Rejected rejected when isWorthSigningOn(state, signedOn, rejected) ->
                    new SignOnNeeded(
                            state,
                            Objects.requireNonNull(Grants.signOn(upstream)),
                            signedOn.session());
            case TokenReply.Rejected rejected -> {
                var denied =
                        Denials.grantRefused(
                                state.server().issuer(), grant.name(), rejected.error());
                yield failed(demand, denied, null);
            }
            case TokenReply.Failed failed -> {
                var denied = Denials.unreachable(failed.failure());
                yield failed(demand, denied, failed.failure().retryAfter());
            }
            case TokenReply.Unasked unasked ->
                    new Failed(Denials.unusableInput(upstream, unasked.problem()));
        };
    }

    private AuthorizationState keep(ClientKnown state, Credential credential) {
        var kept = keepCredential.keep(credential, state.demand().turn().lease());
        return kept == null
                ? new Failed(Denials.loginEndedElsewhere(state.server().issuer()))
                : new Authorized(kept);
    }

    /**
     * The identity provider may have ended the session, though the ID token has not expired. Not
     * after a session as new as can be was refused: that would be a loop of logins.
     */
    private boolean isWorthSigningOn(
            ClientKnown state, SignOn.SignedOn signedOn, TokenReply.Rejected rejected) {
        return rejected.provider() != null
                && signedOn.mayGetBetter()
                && !setbacks.isRefused(state.demand().slot());
    }

    /** A step-up that fails must not keep the narrower credential from being renewed. */
    private Failed failed(Demand demand, Denied denied, @Nullable Duration wanted) {
        if (!demand.stepUp()) {
            setbacks.note(demand.slot(), denied, wanted);
        }
        return new Failed(denied);
    }

    private static URI tokenEndpoint(ClientKnown state) {
        return Objects.requireNonNull(state.server().tokenEndpoint(), "checked by DiscoverIssuer");
    }

    private Credential credential(
            ClientKnown state, TokenReply.Issued issued, @Nullable DpopKey dpopKey) {
        var now = clock.instant();
        var lifetime = issued.expiresIn();
        // S8: no scope in the reply means what was requested (RFC 6749 §5.1)
        var granted = Objects.requireNonNullElse(issued.scope(), state.scopes().requested());
        return new Credential(
                new CredentialKey(
                        state.demand().slot().account(),
                        state.server().issuer(),
                        state.resource().identifier(),
                        state.client().clientId()),
                state.demand().upstream().url(),
                state.client(),
                issued.accessToken(),
                issued.tokenType(),
                now,
                lifetime == null ? null : now.plus(lifetime),
                null, // the grant itself is asked again (M4)
                state.scopes().withGranted(granted),
                tokenEndpoint(state),
                state.server().revocationEndpoint(),
                state.resource().parameter(),
                state.grant().name(),
                dpopKey);
    }
}
