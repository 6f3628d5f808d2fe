package dev.sidekey.downstream;

import dev.sidekey.exchange.Agent;
import dev.sidekey.exchange.ExchangeRooms;
import dev.sidekey.exchange.Routes;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.net.URI;
import java.util.Objects;

/**
 * The door of one intercepted connection: all that comes is for the host that the CONNECT named,
 * which the egress policy has judged. A request that names another one is misdirected (RFC 9110
 * §15.5.20).
 */
final class InterceptedDoor implements Door {
    private final DownstreamListener.Service service;
    private final Agent agent;
    private final URI origin;
    private final boolean byPattern;

    /**
     * @param scheme what is spoken inside: https, or http where there is no TLS
     * @param agent who asked for the tunnel
     */
    InterceptedDoor(
            DownstreamListener.Service service, String scheme, Authority authority, Agent agent) {
        this.service = service;
        this.agent = agent;
        this.byPattern = service.interception().isNamed(authority);
        var host = authority.host();
        var literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        this.origin = URI.create(scheme + "://" + literal + ":" + authority.port() + "/");
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
            case RequestTarget.OriginForm own ->
                    isOurs(request) ? on(request, own.target()) : misdirected();
            case RequestTarget.AbsoluteForm url ->
                    Routes.isSameOrigin(url.url(), origin)
                            ? on(request, url.target())
                            : misdirected();
            case RequestTarget.AuthorityForm _ ->
                    new Refused(400, "bad_request", "there is no tunnel within a tunnel", true);
            case RequestTarget.Malformed malformed ->
                    new Refused(400, "bad_request", malformed.why(), true);
        };
    }

    private Way on(HttpRequest request, String target) {
        var route = service.routes().forward(origin, target);
        return new Way.On(byPattern ? service.interception().route(request, route) : route, agent);
    }

    private boolean isOurs(HttpRequest request) {
        var host = Objects.requireNonNullElse(request.headers().get(HttpHeaderNames.HOST), "");
        return Routes.isAuthorityOf(host, origin);
    }

    private Refused misdirected() {
        return new Refused(
                421,
                "misdirected_request",
                "this tunnel leads to " + origin.getAuthority() + " and nowhere else",
                false);
    }
}
