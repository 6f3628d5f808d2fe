package dev.sidekey.http1;

import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;

/** Writes requests, all of HTTP/1.1. */
public final class RequestEncoder extends Http1Encoder {
    private static final byte[] VERSION = " HTTP/1.1".getBytes(StandardCharsets.US_ASCII);

    @Override
    void begin(HttpMessage head, HeadBytes bytes) {
        var request = (HttpRequest) head;
        bytes.add(request.method().asciiName()).add((byte) ' ').add(request.uri()).add(VERSION);
    }

    @Override
    boolean hasBody() {
        return true;
    }
}
