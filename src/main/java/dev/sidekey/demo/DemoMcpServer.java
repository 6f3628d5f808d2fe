package dev.sidekey.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sidekey.oauth.Scopes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;

/**
 * The demo's MCP server: {@code echo} needs the scope {@code notes:read}, {@code write_note} needs
 * {@code notes:write} and so shows a step-up. Calls are answered in JSON; a GET is a stream of a
 * few events. No session.
 */
final class DemoMcpServer {
    private static final int EVENTS = 3;

    private final HttpServer server;
    private final DemoAuthorizationServer authorization;

    private DemoMcpServer(HttpServer server, DemoAuthorizationServer authorization) {
        this.server = server;
        this.authorization = authorization;
    }

    static DemoMcpServer start(ExecutorService threads, DemoAuthorizationServer authorization)
            throws IOException {
        var demo = new DemoMcpServer(DemoHttp.start(threads), authorization);
        DemoHttp.serve(demo.server, "/.well-known/oauth-protected-resource/mcp", demo::metadata);
        DemoHttp.serve(demo.server, "/mcp", demo::mcp);
        return demo;
    }

    String url() {
        return DemoHttp.url(server) + "/mcp";
    }

    void stop() {
        server.stop(0);
    }

    private void metadata(HttpExchange exchange) throws IOException {
        DemoHttp.json(
                exchange,
                200,
                Map.of(
                        "resource", url(),
                        "authorization_servers", List.of(authorization.issuer()),
                        "scopes_supported", List.of("notes:read", "notes:write")));
    }

    private void mcp(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestMethod()) {
            case "POST" -> call(exchange);
            case "GET" -> stream(exchange);
            default -> DemoHttp.send(exchange, 405, "text/plain", "POST and GET only\n");
        }
    }

    private void call(HttpExchange exchange) throws IOException {
        var request = DemoHttp.readJson(exchange);
        var needed =
                request.at("/params/name").asText("").equals("write_note")
                        ? Scopes.of("notes:write")
                        : Scopes.of("notes:read");
        if (isRefused(exchange, needed)) {
            return;
        }
        if (!request.has("id")) {
            DemoHttp.send(exchange, 202, "application/json", "");
        } else {
            DemoHttp.json(exchange, 200, answer(request));
        }
    }

    private void stream(HttpExchange exchange) throws IOException {
        if (isRefused(exchange, Scopes.of("notes:read"))) {
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        for (int event = 1; event <= EVENTS; event++) {
            var text = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n";
            exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        }
    }

    /** Whether the token shown is too little; then the challenge is already written. */
    private boolean isRefused(HttpExchange exchange, Scopes needed) throws IOException {
        var shown = exchange.getRequestHeaders().getFirst("Authorization");
        var granted =
                shown == null || !shown.startsWith("Bearer ")
                        ? null
                        : authorization.scopesOf(shown.substring(7));
        if (granted == null) {
            refuse(exchange, 401, "invalid_token", needed);
        } else if (!granted.covers(needed)) {
            refuse(exchange, 403, "insufficient_scope", needed);
        }
        return granted == null || !granted.covers(needed);
    }

    private void refuse(HttpExchange exchange, int status, String error, Scopes needed)
            throws IOException {
        var metadata = DemoHttp.url(server) + "/.well-known/oauth-protected-resource/mcp";
        exchange.getResponseHeaders()
                .set(
                        "WWW-Authenticate",
                        "Bearer error=\"%s\", scope=\"%s\", resource_metadata=\"%s\""
                                .formatted(error, needed, metadata));
        DemoHttp.json(exchange, status, Map.of("error", error));
    }

    private static Map<String, Object> answer(JsonNode request) {
        var id = request.get("id");
        return switch (request.path("method").asText("")) {
            case "initialize" ->
                    result(
                            id,
                            Map.of(
                                    "protocolVersion",
                                    request.at("/params/protocolVersion").asText("2025-11-25"),
                                    "capabilities",
                                    Map.of("tools", Map.of()),
                                    "serverInfo",
                                    Map.of("name", "sidekey-demo", "version", "1")));
            case "ping" -> result(id, Map.of());
            case "tools/list" ->
                    result(id, Map.of("tools", List.of(tool("echo"), tool("write_note"))));
            case "tools/call" ->
                    result(
                            id,
                            Map.of(
                                    "content",
                                    List.of(Map.of("type", "text", "text", said(request)))));
            default ->
                    Map.of(
                            "jsonrpc",
                            "2.0",
                            "id",
                            id,
                            "error",
                            Map.of("code", -32601, "message", "method not found"));
        };
    }

    private static String said(JsonNode request) {
        var text = request.at("/params/arguments/text").asText("");
        return request.at("/params/name").asText("").equals("write_note")
                ? "noted: " + text
                : "you said: " + text;
    }

    private static Map<String, Object> tool(String name) {
        return Map.of(
                "name",
                name,
                "inputSchema",
                Map.of("type", "object", "properties", Map.of("text", Map.of("type", "string"))));
    }

    private static Map<String, Object> result(JsonNode id, Map<String, Object> result) {
        return Map.of("jsonrpc", "2.0", "id", id, "result", result);
    }
}
