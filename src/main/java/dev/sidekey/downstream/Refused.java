package dev.sidekey.downstream;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/**
 * A request goes nowhere: Sidekey answers.
 *
 * @param status HTTP status
 * @param reason a stable code
 * @param message for the agent's developer
 * @param close whether the connection cannot be trusted any more
 */
record Refused(int status, String reason, String message, boolean close) implements Way {

    private static final String BASIC = "Basic realm=\"sidekey\", charset=\"UTF-8\"";

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
