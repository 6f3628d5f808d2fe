package dev.sidekey.downstream;

import dev.sidekey.exchange.Agent;
import dev.sidekey.exchange.ExchangeRooms;
import dev.sidekey.exchange.Route;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** The door of the listener itself: reverse roads, absolute-form, CONNECT. */
final class ListenerDoor implements Door {
    private final DownstreamListener.Service service;
    private final AgentGuard agents;
    private final LocalGuard guard;
    private final CurrentDoor current;

    /**
     * @param current what intercepted connections follow when the configuration changes
     */
    ListenerDoor(DownstreamListener.Service service, LocalGuard guard, CurrentDoor current) {
        this.service = service;
        this.agents = new AgentGuard(service.agents(), service.proxyAuth());
        this.guard = guard;
        this.current = current;
    }

    @Override
    public ExchangeRooms rooms() {
        return service.rooms();
    }

    @Override
    public Way way(HttpRequest request, int port) {
        var refused = RequestGuard.refusal(request);
        if (refused != null) {
            return new Refused(refused.status(), "bad_request", refused.why(), true);
        }
        return switch (RequestTarget.of(request.method(), request.uri())) {
            case RequestTarget.OriginForm own -> reverse(request, own, port);
            case RequestTarget.AbsoluteForm url -> forward(request, url);
            case RequestTarget.AuthorityForm host -> through(request, host.authority());
            case RequestTarget.Malformed malformed ->
                    new Refused(400, "bad_request", malformed.why(), true);
        };
    }

    private Way reverse(HttpRequest request, RequestTarget.OriginForm own, int port) {
        var foreign = guard.refusal(request, port);
        if (foreign != null) {
            return new Refused(403, "foreign_origin", foreign, false);
        }
        var agent = agents.identify(request.headers());
        if (agent == null) {
            return unknownAgent();
        }
        var route = service.routes().reverse(own.target());
        if (route == null) {
            return notFound("no upstream is routed here; there are: " + service.routes().known());
        }
        // relayed metadata would send an SDK into an OAuth flow of its own (2.2 rule 9)
        return isWellKnown(own.target(), route)
                ? notFound("Sidekey publishes nothing here: it authorizes by itself")
                : new Way.On(route, agent);
    }

    private static boolean isWellKnown(String target, Route route) {
        return target.startsWith("/.well-known/")
                || (route.isReverse() && route.path().startsWith("/.well-known/"));
    }

    private static Refused notFound(String message) {
        return new Refused(404, "not_found", message, false);
    }

    /** Never a 401, which would send an MCP SDK into an OAuth flow of its own (2.2 rule 9). */
    Refused unknownAgent() {
        service.rooms().meters().agentRefused(false);
        return new Refused(
                403,
                "unknown_agent",
                "this Sidekey is for the agents that its configuration names: send the header"
                        + " Sidekey-Token with your agent's token",
                false);
    }

    private Refused needsProxyAuth() {
        service.rooms().meters().agentRefused(true);
        return new Refused(
                407,
                "proxy_authentication_required",
                "this Sidekey asks its forward clients for a user and password"
                        + " (http://USER:PASSWORD@host:port in HTTP_PROXY and HTTPS_PROXY)",
                false);
    }

    private Way forward(HttpRequest request, RequestTarget.AbsoluteForm url) {
        if (!agents.mayForward(request.headers())) {
            return needsProxyAuth();
        }
        var agent = agents.identify(request.headers());
        if (agent == null) {
            return unknownAgent();
        }
        var route = service.routes().forward(url.url(), url.target());
        if (route.upstream() != null) {
            return new Way.On(route, agent);
        }
        var refusal = service.egress().refusal(route.host(), route.port(), null);
        return refusal == null
                ? new Way.On(route, agent)
                : egressRefused(route.host(), route.port(), refusal, false);
    }

    private Way through(HttpRequest request, Authority authority) {
        if (!agents.mayForward(request.headers())) {
            return needsProxyAuth();
        }
        var isConfigured = service.interception().isConfigured(authority);
        var refusal =
                isConfigured
                        ? null
                        : service.egress().refusal(authority.host(), authority.port(), null);
        if (refusal == null && service.interception().concerns(authority)) {
            var shown = AgentGuard.shown(request.headers());
            return agent(shown) == null
                    ? unknownAgent()
                    : new Way.Into(
                            new InterceptedStart(service, authority, door(authority, shown)));
        }
        return refusal == null
                ? new Way.Through(authority)
                : egressRefused(authority.host(), authority.port(), refusal, true);
    }

    private InterceptedStart.Doors door(Authority authority, HttpHeaders shown) {
        return scheme -> new InterceptedDoor(current, scheme, authority, shown);
    }

    DownstreamListener.Service service() {
        return service;
    }

    /** Whose tunnel this is, by what its CONNECT showed; null for nobody that may have one now. */
    @Nullable Agent agent(HttpHeaders shown) {
        return agents.mayForward(shown) ? agents.identify(shown) : null;
    }

    private Refused egressRefused(String host, int port, String why, boolean close) {
        service.rooms().forwards().refused(host, port, why);
        return new Refused(403, "egress_refused", why, close);
    }
}
