package dev.sidekey.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sidekey.oauth.Scopes;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The demo's authorization server: registers clients with the scopes they name and holds them to
 * it, asks a person to press a button, rotates refresh tokens. In memory, on loopback.
 */
final class DemoAuthorizationServer {
    private static final long LIFETIME_SECONDS = 60;

    private final HttpServer server;
    private final ConcurrentMap<String, Scopes> clients = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Grant> refreshTokens = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Grant> accessTokens = new ConcurrentHashMap<>();

    private record Grant(String client, Scopes scopes, long expiresAtNanos) {}

    private DemoAuthorizationServer(HttpServer server) {
        this.server = server;
    }

    static DemoAuthorizationServer start(ExecutorService threads) throws IOException {
        var demo = new DemoAuthorizationServer(DemoHttp.start(threads));
        DemoHttp.serve(demo.server, "/.well-known/oauth-authorization-server", demo::metadata);
        DemoHttp.serve(demo.server, "/register", demo::register);
        DemoHttp.serve(demo.server, "/authorize", demo::authorize);
        DemoHttp.serve(demo.server, "/allow", demo::allow);
        DemoHttp.serve(demo.server, "/token", demo::token);
        DemoHttp.serve(demo.server, "/revoke", demo::revoke);
        return demo;
    }

    String issuer() {
        return DemoHttp.url(server);
    }

    void stop() {
        server.stop(0);
    }

    /** The scopes of a live access token, or null. */
    @Nullable Scopes scopesOf(String accessToken) {
        var grant = accessTokens.get(accessToken);
        return grant == null || System.nanoTime() > grant.expiresAtNanos ? null : grant.scopes;
    }

    private void metadata(HttpExchange exchange) throws IOException {
        var issuer = issuer();
        DemoHttp.json(
                exchange,
                200,
                Map.of(
                        "issuer",
                        issuer,
                        "authorization_endpoint",
                        issuer + "/authorize",
                        "token_endpoint",
                        issuer + "/token",
                        "registration_endpoint",
                        issuer + "/register",
                        "revocation_endpoint",
                        issuer + "/revoke",
                        "code_challenge_methods_supported",
                        List.of("S256"),
                        "token_endpoint_auth_methods_supported",
                        List.of("none"),
                        "authorization_response_iss_parameter_supported",
                        true));
    }

    private void register(HttpExchange exchange) throws IOException {
        var request = DemoHttp.readJson(exchange);
        var scopes = Scopes.parse(request.path("scope").asText(""));
        var client = "demo-" + UUID.randomUUID();
        clients.put(client, scopes);
        DemoHttp.json(
                exchange,
                201,
                Map.of(
                        "client_id", client,
                        "client_name", request.path("client_name").asText("?"),
                        "redirect_uris", request.path("redirect_uris"),
                        "token_endpoint_auth_method", "none",
                        "scope", scopes.toString()));
    }

    private void authorize(HttpExchange exchange) throws IOException {
        var query = DemoHttp.query(exchange);
        var registered = clients.get(query.getOrDefault("client_id", ""));
        if (registered == null) {
            DemoHttp.send(exchange, 400, "text/plain", "unknown client_id\n");
            return;
        }
        if (!registered.covers(Scopes.parse(query.get("scope")))) {
            redirect(exchange, query, "error=invalid_scope");
            return;
        }
        var page =
                """
                <!doctype html><meta charset="utf-8"><title>Demo sign-in</title>
                <body style="font:1.1rem/1.5 system-ui;max-width:36rem;margin:15vh auto">
                <h1>Demo authorization server</h1>
                <p>An agent asks for: <b>%s</b></p>
                <p><a href="/allow?%s"><button>Allow</button></a></p>
                """
                        .formatted(
                                Scopes.parse(query.get("scope")).toString().replace("<", "&lt;"),
                                exchange.getRequestURI().getRawQuery().replace("\"", "%22"));
        DemoHttp.send(exchange, 200, "text/html", page);
    }

    private void allow(HttpExchange exchange) throws IOException {
        var query = DemoHttp.query(exchange);
        var code = UUID.randomUUID().toString();
        codes.put(code, query);
        redirect(exchange, query, "code=" + code);
    }

    private void redirect(HttpExchange exchange, Map<String, String> query, String answer)
            throws IOException {
        var target =
                query.getOrDefault("redirect_uri", "/")
                        + "?"
                        + answer
                        + "&state="
                        + encode(query.getOrDefault("state", ""))
                        + "&iss="
                        + encode(issuer());
        exchange.getResponseHeaders().set("Location", target);
        DemoHttp.send(exchange, 302, "text/plain", "");
    }

    private void token(HttpExchange exchange) throws IOException {
        var form = DemoHttp.readForm(exchange);
        var grant =
                switch (form.getOrDefault("grant_type", "")) {
                    case "authorization_code" -> redeem(form);
                    case "refresh_token" ->
                            refreshTokens.remove(form.getOrDefault("refresh_token", ""));
                    default -> null;
                };
        if (grant == null) {
            DemoHttp.json(exchange, 400, Map.of("error", "invalid_grant"));
            return;
        }
        var access = UUID.randomUUID().toString();
        var refresh = UUID.randomUUID().toString();
        var ends = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIFETIME_SECONDS);
        accessTokens.put(access, new Grant(grant.client, grant.scopes, ends));
        refreshTokens.put(refresh, grant);
        DemoHttp.json(
                exchange,
                200,
                Map.of(
                        "access_token", access,
                        "token_type", "Bearer",
                        "expires_in", LIFETIME_SECONDS,
                        "refresh_token", refresh,
                        "scope", grant.scopes.toString()));
    }

    private @Nullable Grant redeem(Map<String, String> form) {
        var asked = codes.remove(form.getOrDefault("code", ""));
        if (asked == null
                || !asked.getOrDefault("client_id", "").equals(form.get("client_id"))
                || !asked.getOrDefault("redirect_uri", "").equals(form.get("redirect_uri"))
                || !asked.getOrDefault("code_challenge", "")
                        .equals(s256(form.getOrDefault("code_verifier", "")))) {
            return null;
        }
        var client = asked.getOrDefault("client_id", "");
        return new Grant(client, Scopes.parse(asked.get("scope")), Long.MAX_VALUE);
    }

    private void revoke(HttpExchange exchange) throws IOException {
        var token = DemoHttp.readForm(exchange).getOrDefault("token", "");
        refreshTokens.remove(token);
        accessTokens.remove(token);
        DemoHttp.send(exchange, 200, "text/plain", "");
    }

    private static String s256(String verifier) {
        try {
            var hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
