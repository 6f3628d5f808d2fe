package dev.sidekey.downstream;

import dev.sidekey.config.EgressConfig.Unmatched;
import dev.sidekey.exchange.Agent;
import dev.sidekey.exchange.Client;
import dev.sidekey.exchange.Exchange;
import dev.sidekey.exchange.Route;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Decides which road a request takes, or that it takes none. One a listener; the decision is pure.
 */
final class RequestDoor {
    private static final String BASIC = "Basic realm=\"sidekey\", charset=\"UTF-8\"";

    private final DownstreamListener.Service service;
    private final AgentGuard agents;
    private final LocalGuard guard;

    RequestDoor(DownstreamListener.Service service, LocalGuard guard) {
        this.service = service;
        this.agents = new AgentGuard(service.agents(), service.proxyAuth());
        this.guard = guard;
    }

    /** Where a request goes. */
    sealed interface Way {}

    /**
     * On.
     *
     * @param agent whose credentials may be used
     */
    record On(Route route, Agent agent) implements Way {}

    /**
     * Nowhere: Sidekey answers.
     *
     * @param close whether the connection cannot be trusted any more
     */
    record Refused(int status, String reason, String message, boolean close) implements Way {

        FullHttpResponse toResponse() {
            var json = "{\"error\":\"%s\",\"message\":\"%s\"}".formatted(reason, escape(message));
            var body = Unpooled.copiedBuffer(json, StandardCharsets.UTF_8);
            var response =
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), body);
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                    .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
            if (status == 407) {
                response.headers().set(HttpHeaderNames.PROXY_AUTHENTICATE, BASIC);
            }
            return response;
        }

        private static String escape(String text) {
            return text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
        }
    }

    Exchange exchange(Client client, HttpRequest request, On on) {
        return new Exchange(service.rooms(), client, request, on.route(), on.agent());
    }

    Way way(HttpRequest request, int port) {
        var refused = RequestGuard.refusal(request);
        if (refused != null) {
            return new Refused(refused.status(), "bad_request", refused.why(), true);
        }
        return switch (RequestTarget.of(request.method(), request.uri())) {
            case RequestTarget.OriginForm own -> reverse(request, own, port);
            case RequestTarget.AbsoluteForm url -> forward(request, url);
            case RequestTarget.AuthorityForm _ when !agents.mayForward(request.headers()) ->
                    needsProxyAuth();
            case RequestTarget.AuthorityForm _ ->
                    new Refused(
                            501,
                            "connect_not_supported",
                            "CONNECT is not supported yet: give the agent Sidekey's own URL of the"
                                    + " upstream in place of HTTPS_PROXY",
                            true);
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
                : new On(route, agent);
    }

    private static boolean isWellKnown(String target, Route route) {
        return target.startsWith("/.well-known/")
                || (route.isReverse() && route.path().startsWith("/.well-known/"));
    }

    private static Refused notFound(String message) {
        return new Refused(404, "not_found", message, false);
    }

    /** Never a 401, which would send an MCP SDK into an OAuth flow of its own (2.2 rule 9). */
    private static Refused unknownAgent() {
        return new Refused(
                403,
                "unknown_agent",
                "this Sidekey is for the agents that its configuration names: send the header"
                        + " Sidekey-Token with your agent's token",
                false);
    }

    private static Refused needsProxyAuth() {
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
            return new On(route, agent);
        }
        @Nullable String refusal =
                service.unmatched() == Unmatched.DENY
                        ? route.host() + " is no configured upstream (egress.unmatched: deny)"
                        : service.egress().refusal(route.host(), route.port(), null);
        return refusal == null
                ? new On(route, agent)
                : new Refused(403, "egress_refused", refusal, false);
    }
}
