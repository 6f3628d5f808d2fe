package dev.sidekey.downstream;

import dev.sidekey.exchange.Agent;
import dev.sidekey.exchange.ExchangeRooms;
import dev.sidekey.exchange.Routes;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The door of one intercepted connection: all that comes is for the host that the CONNECT named,
 * which the egress policy has judged. A request that names another one is misdirected (RFC 9110
 * §15.5.20). When the configuration changes, the next request is served by the new one, be it that
 * nothing is authorized here any more. Confined to the connection's event loop.
 */
final class InterceptedDoor implements Door {
    private final CurrentDoor current;
    private final Authority authority;
    private final HttpHeaders shown;
    private final URI origin;
    private ListenerDoor known;
    private @Nullable Agent agent;
    private boolean byPattern;

    /**
     * @param scheme what is spoken inside: https, or http where there is no TLS
     * @param shown what the CONNECT showed of who sent it
     */
    InterceptedDoor(CurrentDoor current, String scheme, Authority authority, HttpHeaders shown) {
        this.current = current;
        this.authority = authority;
        this.shown = shown;
        this.known = current.now();
        look();
        var host = authority.host();
        var literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        this.origin = URI.create(scheme + "://" + literal + ":" + authority.port() + "/");
    }

    @Override
    public ExchangeRooms rooms() {
        return current.rooms();
    }

    private void look() {
        agent = known.agent(shown);
        byPattern = known.service().interception().isNamed(authority);
    }

    @Override
    public Way way(HttpRequest request, int port) {
        if (known != current.now()) {
            known = current.now();
            look();
        }
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
        if (agent == null) {
            return known.unknownAgent();
        }
        var service = known.service();
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
