package dev.sidekey.authorization;

import dev.sidekey.address.EndpointRules;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.oauth.ClientIdentity;
import dev.sidekey.oauth.ClientRegistration;
import dev.sidekey.oauth.OAuthHttp;
import dev.sidekey.oauth.Secret;
import dev.sidekey.telemetry.AuthorizationMeters;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends registrations (RFC 7591) and their updates (RFC 7592). */
final class RegistrationEndpoint {
    private final OAuthHttp http;
    private final EndpointRules rules;
    private final AuthorizationMeters meters;

    RegistrationEndpoint(OAuthHttp http, EndpointRules rules, AuthorizationMeters meters) {
        this.http = http;
        this.rules = rules;
        this.meters = meters;
    }

    ClientRegistration.Reply register(
            UpstreamConfig upstream, URI location, ClientRegistration.Request request) {
        var bearer = upstream.registration().initialAccessToken();
        return send(upstream, "POST", location, bearer, request.toJson());
    }

    /** Updates a client in place; its registration has a management URI and token. */
    ClientRegistration.Reply update(
            UpstreamConfig upstream,
            URI location,
            ClientIdentity.Registered client,
            ClientRegistration.Request request) {
        var json = request.toUpdateJson(client.clientId(), client.secret());
        return send(upstream, "PUT", location, client.registrationAccessToken(), json);
    }

    private ClientRegistration.Reply send(
            UpstreamConfig upstream,
            String method,
            URI location,
            @Nullable Secret bearer,
            String json) {
        Map<String, String> headers =
                bearer == null ? Map.of() : Map.of("Authorization", "Bearer " + bearer.reveal());
        var rule = rules.of(upstream.url());
        var reply =
                switch (http.sendJson(rule, method, location, headers, json)) {
                    case OAuthHttp.Answered answered -> ClientRegistration.read(answered.reply());
                    case OAuthHttp.Unanswered failed ->
                            new ClientRegistration.Failed(failed.failure());
                };
        meters.registration(upstream.name(), resultOf(reply));
        return reply;
    }

    private static String resultOf(ClientRegistration.Reply reply) {
        return switch (reply) {
            case ClientRegistration.Registered _ -> "registered";
            case ClientRegistration.Refused _ -> "rejected";
            case ClientRegistration.Failed _ -> "failed";
        };
    }
}
