package dev.sidekey.exchange;

import dev.sidekey.authorization.Authorization;
import dev.sidekey.authorization.Authorizer;
import dev.sidekey.authorization.BearerCredential;
import dev.sidekey.authorization.Call;
import dev.sidekey.authorization.Held;
import dev.sidekey.authorization.Refusal;
import dev.sidekey.telemetry.Audit;
import dev.sidekey.telemetry.Traces;
import dev.sidekey.telemetry.TrafficMeters;
import dev.sidekey.upstream.AttemptFailure;
import dev.sidekey.upstream.Attempts;
import dev.sidekey.upstream.Tunnels;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What exchanges work with; one for all of them. Safe on every thread.
 *
 * @param authorizer the seam
 * @param configured attempts at configured upstreams
 * @param forwarded attempts at any other host, under the egress policy
 * @param tunnels connections to any other host for bytes nobody looks at, under the same policy
 * @param forwards hears what happens on the forward roads
 * @param announced paths that legacy streams announced
 * @param sessions whose MCP sessions are
 * @param meters count what passes
 * @param audit keeps who used which credential
 * @param traces where it took its time
 * @param replayBody how much of a body is kept where Sidekey acts (limits.replay-body)
 * @param tunnelIdle how long a tunnel may be silent (limits.tunnel-idle)
 */
public record ExchangeRooms(
        Authorizer authorizer,
        Attempts configured,
        Attempts forwarded,
        Tunnels tunnels,
        ForwardEvents forwards,
        AnnouncedEndpoints announced,
        Sessions sessions,
        TrafficMeters meters,
        Audit audit,
        Traces traces,
        long replayBody,
        Duration tunnelIdle) {
    /** Elsewhere only as much is kept as a stale connection may cost. */
    private static final long SMALL_BODY = 64 * 1024;

    private static final Held NOTHING = new Held.Nothing();

    /** API Gateway renames the header. */
    private static final String REMAPPED = "x-amzn-remapped-www-authenticate";

    Attempts attempts(Route route) {
        return route.isAgentsChoice() ? forwarded : configured;
    }

    long replayLimit(boolean acting) {
        return acting ? replayBody : Math.min(SMALL_BODY, replayBody);
    }

    /** Begins the record of an exchange. */
    ExchangeRecord record(HttpRequest request, Route route, @Nullable Call call) {
        var upstream = route.upstream();
        if (upstream == null) {
            return new ExchangeRecord(meters.of(null), null, audit, call);
        }
        var trace = traces.begin(request.method().name(), upstream.name(), request.headers()::get);
        return new ExchangeRecord(meters.of(upstream.name()), trace, audit, call);
    }

    /** What memory has for a call; nothing where Sidekey does not act. */
    Held held(@Nullable Call call) {
        return call == null ? NOTHING : authorizer.held(call);
    }

    CompletableFuture<Authorization> authorize(
            ExchangeRecord record,
            Call call,
            Refusal refusal,
            @Nullable BearerCredential presented) {
        return record.during(() -> authorizer.authorize(call, refusal, presented));
    }

    /** The request as the authorization room sees it; null where Sidekey does not act. */
    @Nullable Call callFor(HttpRequest request, Route route, Agent agent) {
        var upstream = route.upstream();
        if (upstream == null
                || "none".equals(upstream.grant())
                || !PlainPath.isPlain(route.path())) {
            return null;
        }
        var principal = agent.principal();
        var call = new Call(upstream, principal, request.method().name(), route.url());
        return authorizer.concerns(call)
                        || announced.contains(upstream.name(), principal, route.path())
                ? call
                : null;
    }

    /** Whether Sidekey acts on another path of the same exchange, too. */
    boolean actsOn(Route route, Call call) {
        var other = new Call(call.upstream(), call.principal(), call.method(), route.url());
        return PlainPath.isPlain(route.path()) && authorizer.concerns(other);
    }

    /**
     * Begins to pass a response on, and lets go of the request's headers: nobody asks for them any
     * more, and a stream would keep them for hours.
     */
    ResponseRelay relay(
            Client client,
            HttpRequest request,
            HttpResponse head,
            Route route,
            @Nullable Call call) {
        var relayed = ResponseHeaders.write(head, route, call != null);
        var begun =
                call == null
                        ? ResponseRelay.begin(client, request.method(), relayed, null, _ -> {})
                        : ResponseRelay.begin(
                                client,
                                request.method(),
                                relayed,
                                route,
                                path -> announce(call, path));
        request.headers().clear();
        return begun;
    }

    private void announce(Call call, String path) {
        announced.add(call.upstream().name(), call.principal(), path);
    }

    /** Makes one tunnel of two channels that speak HTTP no more. */
    void tunnel(Channel client, Channel upstream) {
        Tunnel.join(client, upstream, tunnelIdle, () -> {});
    }

    /** The answer to a failed attempt; tells of a host that was refused by its address. */
    FullHttpResponse failed(AttemptFailure failure, Route route) {
        if (failure.kind() == AttemptFailure.Kind.REFUSED_ADDRESS && route.isAgentsChoice()) {
            forwards.refused(route.host(), route.port(), failure.message());
        }
        return Failures.answer(failure, route.isAgentsChoice());
    }

    /** The upstream took the credential, if one was shown; its session is that person's. */
    void accepted(HttpResponse head, @Nullable Call call, @Nullable BearerCredential presented) {
        if (call != null && presented != null) {
            presented.accepted();
            sessions.note(head, call, presented);
        }
    }

    List<String> challenges(HttpResponse head) {
        var lines = head.headers().getAll(HttpHeaderNames.WWW_AUTHENTICATE);
        return lines.isEmpty() ? head.headers().getAll(REMAPPED) : lines;
    }
}
