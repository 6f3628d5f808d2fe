package dev.sidekey.exchange;

import dev.sidekey.telemetry.Audit;
import dev.sidekey.telemetry.TrafficMeters;
import dev.sidekey.upstream.Origin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Passing one server-sent event from the upstream's side to the agent's, both wires left out. */
@State(Scope.Benchmark)
public class EventRelayBenchmark {
    private static final Route ROUTE =
            new Route(null, new Origin("https", "mcp.example.com", 443), "/sse", "");

    /** A legacy stream announces its endpoint first, which has to be rewritten. */
    @Param({"false", "true"})
    public boolean legacy;

    private final HttpContent event =
            new DefaultHttpContent(
                    bytes(
                            "event: message\ndata: {\"jsonrpc\":\"2.0\","
                                    + "x".repeat(150)
                                    + "}\n\n"));
    private ExchangeRecord record;
    private ResponseRelay relay;

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    /** A stream that stands, past its first event. */
    @Setup
    public void begin() {
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
        var meters = new TrafficMeters(new SimpleMeterRegistry()).of(null);
        record = new ExchangeRecord(meters, null, Audit.NONE, null);
        record.onHead(head);
        relay =
                ResponseRelay.begin(
                        new DroppingClient(), HttpMethod.GET, head, legacy ? ROUTE : null, _ -> {});
        relay.relay(new DefaultHttpContent(bytes("event: endpoint\ndata: /message?s=1\n\n")));
    }

    /** Counted and passed on. */
    @Benchmark
    public boolean event() {
        var part = event.retain();
        record.onResponsePart(part);
        return relay.relay(part);
    }
}
