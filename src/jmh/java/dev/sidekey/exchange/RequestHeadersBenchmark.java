package dev.sidekey.exchange;

import dev.sidekey.authorization.BearerCredential;
import dev.sidekey.authorization.SampleCredentials;
import dev.sidekey.upstream.Origin;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Making the head that goes upstream out of the agent's. */
@State(Scope.Benchmark)
public class RequestHeadersBenchmark {
    private static final String HEAD =
            """
            POST /mcp HTTP/1.1
            Host: 127.0.0.1:8080
            Connection: keep-alive
            User-Agent: python-httpx/0.28.1
            Accept: application/json, text/event-stream
            Accept-Encoding: gzip, deflate
            Content-Type: application/json
            Content-Length: 100
            MCP-Protocol-Version: 2025-11-25
            Mcp-Session-Id: 1868a90c-5d37-4b3e-a4ab-f8b2c6a4d1f0
            Authorization: Bearer of-the-agent

            """
                    .replace("\n", "\r\n");

    private final HttpRequest request = decoded();
    private final Route route =
            new Route(null, new Origin("https", "mcp.example.com", 443), "/mcp", "");
    private final BearerCredential credential = SampleCredentials.bearer();

    /** As Netty decodes it: names and values are of its own classes. */
    private static HttpRequest decoded() {
        var channel = new EmbeddedChannel(new HttpRequestDecoder());
        channel.writeInbound(Unpooled.copiedBuffer(HEAD, StandardCharsets.US_ASCII));
        HttpRequest request = channel.readInbound();
        channel.finishAndReleaseAll();
        return request;
    }

    /**
     * Hop-by-hop headers and the agent's own authorization out, the host and 1 KiB of bearer in.
     */
    @Benchmark
    public Object withBearer() {
        return RequestHeaders.write(request, route, true, credential);
    }
}
