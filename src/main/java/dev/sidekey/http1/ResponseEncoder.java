package dev.sidekey.http1;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/**
 * Writes responses, knowing what was asked: a HEAD's response has no body whatever its head says,
 * nor has that of a status without one (RFC 9112 §6.3).
 */
public final class ResponseEncoder extends Http1Encoder {
    private static final byte[] OK = "HTTP/1.1 200 OK".getBytes(StandardCharsets.US_ASCII);

    private HttpMethod asked = HttpMethod.GET;
    private boolean bodied;

    /** Notes the method of the request that is answered next. */
    public void asked(HttpMethod method) {
        asked = method;
    }

    @Override
    void begin(HttpMessage head, HeadBytes bytes) {
        var response = (HttpResponse) head;
        var status = response.status();
        bodied = !asked.equals(HttpMethod.HEAD) && hasBody(status.code());
        removeFraming(response);
        if (status.code() == 200 && status.reasonPhrase().equals("OK")) {
            bytes.add(OK);
        } else {
            bytes.add(response.protocolVersion().text())
                    .add((byte) ' ')
                    .add(status.codeAsText())
                    .add((byte) ' ')
                    .add(status.reasonPhrase());
        }
    }

    @Override
    boolean hasBody() {
        return bodied;
    }

    private static boolean hasBody(int status) {
        return status >= 200 && status != 204 && status != 205 && status != 304;
    }

    /** Lengths where none may be named (RFC 9112 §6.1, RFC 9110 §8.6, §15.3.6). */
    private static void removeFraming(HttpResponse response) {
        int status = response.status().code();
        if (status < 200 || status == 204 || status == 205) {
            var headers = response.headers();
            headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
            if (status == 205) {
                headers.set(HttpHeaderNames.CONTENT_LENGTH, "0");
            }
        }
    }
}
