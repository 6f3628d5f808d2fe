package dev.sidekey.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What the MCP server and its authorization server, which are one here, say. */
final class BenchDocuments {
    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*(\\d+)");
    private static final ByteBuf SMALL = answer(100);
    private static final ByteBuf LARGE = answer(64 * 1024);

    private BenchDocuments() {}

    /**
     * To a call as many bytes as it has, small or large; to a client's first words what it needs.
     */
    static ByteBuf answerTo(ByteBuf request) {
        if (request.readableBytes() > 1024) {
            return LARGE.retainedDuplicate();
        }
        var text = request.toString(StandardCharsets.UTF_8);
        if (text.contains("tools/call")) {
            return SMALL.retainedDuplicate();
        }
        var id = ID.matcher(text);
        var answer =
                ("{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"protocolVersion\":\"2025-06-18\","
                                + "\"capabilities\":{\"tools\":{}},"
                                + "\"serverInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}")
                        .formatted(id.find() ? id.group(1) : "0");
        return Unpooled.copiedBuffer(answer, StandardCharsets.UTF_8);
    }

    /** A request of so many bytes, as an agent sends it. */
    static String call(int bytes) {
        var frame =
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\","
                        + "\"params\":{\"name\":\"echo\",\"arguments\":{\"t\":\"%s\"}}}";
        return frame.formatted("x".repeat(bytes - frame.length() + 2));
    }

    private static ByteBuf answer(int bytes) {
        var frame =
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":"
                        + "[{\"type\":\"text\",\"text\":\"%s\"}]}}";
        var text = frame.formatted("x".repeat(bytes - frame.length() + 2));
        return Unpooled.unreleasableBuffer(
                Unpooled.copiedBuffer(text, StandardCharsets.UTF_8).asReadOnly());
    }

    /** A document of RFC 9728, RFC 8414 or RFC 6749. */
    static String of(String uri, String host) {
        var scheme = host.startsWith("127.") ? "http://" : "https://";
        var origin = scheme + host;
        if (uri.startsWith("/.well-known/oauth-protected-resource")) {
            return "{\"resource\":\"%s/mcp\",\"authorization_servers\":[\"%s\"]}"
                    .formatted(origin, origin);
        } else if (uri.startsWith("/.well-known/")) {
            return ("{\"issuer\":\"%s\",\"authorization_endpoint\":\"%s/authorize\","
                            + "\"token_endpoint\":\"%s/token\","
                            + "\"grant_types_supported\":[\"client_credentials\"],"
                            + "\"response_types_supported\":[\"code\"],"
                            + "\"token_endpoint_auth_methods_supported\":[\"client_secret_basic\"],"
                            + "\"code_challenge_methods_supported\":[\"S256\"]}")
                    .formatted(origin, origin, origin);
        } else {
            return "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":86400}"
                    .formatted(BenchUpstream.TOKEN);
        }
    }
}
