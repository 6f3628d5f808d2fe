package dev.sidekey.exchange;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the agent gets when Sidekey cannot authorize (section 2.2): an answer in its own protocol,
 * which a model can read, and never a 401 or 403, which would send its SDK into a flow of its own.
 */
final class AgentAnswer {
    /** Outside the ranges that JSON-RPC and MCP reserve. */
    static final int NOT_AUTHORIZED = -31001;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
                    .build();
    private static final String STATELESS = "2026-07-28";
    private static final int RETRY_SECONDS = 5;

    private AgentAnswer() {}

    /**
     * The answer to a request.
     *
     * @param body the whole request body; null when it is not held
     */
    static FullHttpResponse to(HttpRequest request, byte @Nullable [] body, Trouble trouble) {
        var message = request.method().equals(HttpMethod.POST) ? parse(body) : null;
        var answer = message == null ? null : answer(request, message, trouble);
        return answer == null ? unavailable(trouble) : response(200, answer.toString());
    }

    private static @Nullable JsonNode parse(byte @Nullable [] body) {
        try {
            return body == null ? null : JSON.readTree(body);
        } catch (IOException e) {
            return null;
        }
    }

    /** One object for a request, an array for a batch; null when nothing in it awaits an answer. */
    private static @Nullable JsonNode answer(
            HttpRequest request, JsonNode message, Trouble trouble) {
        if (!message.isArray()) {
            return isRequest(message) ? answerOne(request, message, trouble) : null;
        }
        var answers = JSON.createArrayNode();
        for (var one : message) {
            if (isRequest(one)) {
                answers.add(answerOne(request, one, trouble));
            }
        }
        return answers.isEmpty() ? null : answers;
    }

    private static boolean isRequest(JsonNode message) {
        return message.isObject() && message.path("method").isTextual() && message.hasNonNull("id");
    }

    private static ObjectNode answerOne(HttpRequest request, JsonNode message, Trouble trouble) {
        var answer = JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", message.get("id"));
        if (message.path("method").asText().equals("tools/call")) {
            answer.set("result", toolResult(request, message, trouble));
        } else {
            answer.set("error", error(trouble));
        }
        return answer;
    }

    /** Models read the text of a tool's result; few agents show them errors. */
    private static ObjectNode toolResult(HttpRequest request, JsonNode message, Trouble trouble) {
        var result = JSON.createObjectNode();
        var text = trouble.message() + ". " + trouble.remedy();
        if (trouble.url() != null && !text.contains(trouble.url().toString())) {
            text += " " + trouble.url();
        }
        result.putArray("content").addObject().put("type", "text").put("text", text);
        result.put("isError", true);
        if (isStateless(request, message)) {
            result.put("resultType", "complete");
        }
        return result;
    }

    private static boolean isStateless(HttpRequest request, JsonNode message) {
        var header = request.headers().get("mcp-protocol-version");
        var version =
                header == null
                        ? message.path("params")
                                .path("_meta")
                                .path("io.modelcontextprotocol/protocolVersion")
                                .asText("")
                        : header;
        return version.compareTo(STATELESS) >= 0;
    }

    private static ObjectNode error(Trouble trouble) {
        var error =
                JSON.createObjectNode()
                        .put("code", NOT_AUTHORIZED)
                        .put("message", trouble.message());
        error.set("data", data(trouble));
        return error;
    }

    private static ObjectNode data(Trouble trouble) {
        var data = JSON.createObjectNode();
        data.put("reason", trouble.reason());
        data.put("upstream", trouble.upstream());
        if (trouble.url() != null) {
            data.put("url", trouble.url().toString());
        }
        data.put("remedy", trouble.remedy());
        return data;
    }

    /** Notifications, GET, DELETE, what is no JSON-RPC, and what is not wholly held. */
    private static FullHttpResponse unavailable(Trouble trouble) {
        var body = data(trouble).put("message", trouble.message());
        var response = response(503, body.toString());
        response.headers().set(HttpHeaderNames.RETRY_AFTER, RETRY_SECONDS);
        return response;
    }

    /** An error of Sidekey's own that is not about authorization. */
    static FullHttpResponse plain(int status, String reason, String message) {
        var body = JSON.createObjectNode().put("error", reason).put("message", message);
        return response(status, body.toString());
    }

    private static FullHttpResponse response(int status, String json) {
        var content = Unpooled.copiedBuffer(json, StandardCharsets.UTF_8);
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), content);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes())
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        return response;
    }
}
