package dev.sidekey.authorization;

import dev.sidekey.authorization.AuthorizationState.Authorized;
import dev.sidekey.authorization.AuthorizationState.Challenged;
import dev.sidekey.authorization.AuthorizationState.ClientKnown;
import dev.sidekey.authorization.AuthorizationState.Failed;
import dev.sidekey.authorization.AuthorizationState.IssuerKnown;
import dev.sidekey.authorization.AuthorizationState.ResourceKnown;
import dev.sidekey.authorization.AuthorizationState.ScopesChosen;
import dev.sidekey.authorization.AuthorizationState.Settled;
import dev.sidekey.authorization.AuthorizationState.SignOnNeeded;

/** Walks one resource from challenge to token. Blocks; runs on a virtual thread. */
final class AuthorizationFlow {
    private final DiscoverResource discoverResource;
    private final DiscoverIssuer discoverIssuer;
    private final RenewFirst renewFirst;
    private final ResolveClient resolveClient;
    private final RequestToken requestToken;
    private final FlowObserver observer;

    AuthorizationFlow(Steps steps, FlowObserver observer) {
        this.discoverResource = steps.discoverResource();
        this.discoverIssuer = steps.discoverIssuer();
        this.renewFirst = steps.renewFirst();
        this.resolveClient = steps.resolveClient();
        this.requestToken = steps.requestToken();
        this.observer = observer;
    }

    /** The steps, in the order taken. */
    record Steps(
            DiscoverResource discoverResource,
            DiscoverIssuer discoverIssuer,
            RenewFirst renewFirst,
            ResolveClient resolveClient,
            RequestToken requestToken) {}

    /** Takes a demand to its end, or to where another flow has to come first. */
    Settled run(Demand demand) {
        return run(demand, new Challenged(demand));
    }

    /** Goes on from a state. */
    Settled run(Demand demand, AuthorizationState from) {
        var state = from;
        while (true) {
            observer.entered(demand, state);
            if (state instanceof Settled settled) {
                return settled;
            }
            state = next(state);
        }
    }

    /** The whole machine. A state added does not compile until it has a row here. */
    private AuthorizationState next(AuthorizationState state) {
        return switch (state) {
            case Challenged challenged -> discoverResource.discover(challenged);
            case ResourceKnown resource -> discoverIssuer.discover(resource);
            case IssuerKnown issuer -> renewFirst.orChoose(issuer);
            case ScopesChosen scopes -> resolveClient.resolve(scopes);
            case ClientKnown client -> requestToken.request(client);
            case Authorized authorized -> authorized;
            case SignOnNeeded needed -> needed;
            case Failed failed -> failed;
        };
    }
}
