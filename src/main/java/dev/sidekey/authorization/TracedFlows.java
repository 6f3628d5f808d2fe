package dev.sidekey.authorization;

import dev.sidekey.authorization.AuthorizationState.Settled;
import dev.sidekey.telemetry.Traces;
import io.opentelemetry.api.trace.Span;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** A span for each step of a flow, below that of the request that began it. */
final class TracedFlows implements FlowObserver {
    private final Traces traces;
    private final ConcurrentMap<Flight, Span> steps = new ConcurrentHashMap<>();

    TracedFlows(Traces traces) {
        this.traces = traces;
    }

    @Override
    public void entered(Demand demand, AuthorizationState state) {
        var before = steps.remove(demand.flight());
        if (before != null) {
            before.end();
        }
        if (!(state instanceof Settled)) {
            var step = traces.step(nameOf(state), demand.upstream().name());
            if (step != null) {
                steps.put(demand.flight(), step);
            }
        }
    }

    private static String nameOf(AuthorizationState state) {
        return switch (state) {
            case AuthorizationState.Challenged _ -> "oauth discover resource";
            case AuthorizationState.ResourceKnown _ -> "oauth discover issuer";
            case AuthorizationState.IssuerKnown _ -> "oauth choose scopes";
            case AuthorizationState.ScopesChosen _ -> "oauth resolve client";
            case AuthorizationState.ClientKnown _ -> "oauth request token";
            case Settled _ -> "oauth settled";
        };
    }
}
