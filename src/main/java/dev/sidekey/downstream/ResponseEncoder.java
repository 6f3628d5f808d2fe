package dev.sidekey.downstream;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/**
 * Writes responses, knowing what was asked: a HEAD's response has no body whatever its head says.
 */
final class ResponseEncoder extends HttpResponseEncoder {
    private HttpMethod asked = HttpMethod.GET;

    /** Notes the method of the request that is answered next. */
    void asked(HttpMethod method) {
        asked = method;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse message) {
        return asked.equals(HttpMethod.HEAD) || super.isContentAlwaysEmpty(message);
    }
}
