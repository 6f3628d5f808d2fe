package dev.sidekey.authorization;

import dev.sidekey.address.EndpointRules;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.OAuthHttp;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Sends the first request any MCP client would. A server that lets it pass may still ask later, on
 * a tool (T8): then {@code login} looks for its metadata all the same.
 */
final class InitializeProbe implements Probe {
    private static final String INITIALIZE =
            """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
            "capabilities":{},"clientInfo":{"name":"sidekey-login","version":"1"}}}\
            """;

    private final OAuthHttp http;
    private final EndpointRules rules;

    InitializeProbe(OAuthHttp http, EndpointRules rules) {
        this.http = http;
        this.rules = rules;
    }

    @Override
    public Refusal ask(UpstreamConfig upstream) {
        var headers = Map.of("Accept", "application/json, text/event-stream");
        var rule = rules.of(upstream.url());
        return switch (http.sendJson(rule, "POST", upstream.url(), headers, INITIALIZE)) {
            case OAuthHttp.Answered(var reply) -> {
                var lines =
                        Objects.requireNonNullElse(
                                reply.headers().get("www-authenticate"), List.<String>of());
                var refusal = Refusal.read(reply.status(), lines);
                yield refusal instanceof Refusal.NotOurs ? new Refusal.Unauthorized(null) : refusal;
            }
            case OAuthHttp.Unanswered _ -> new Refusal.Unauthorized(null);
        };
    }
}
