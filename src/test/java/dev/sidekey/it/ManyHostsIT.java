package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sidekey.fakes.FakeTlsServer;
import dev.sidekey.fakes.SelfSigned;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of intercepted hosts, each with a certificate, a TLS context, an upstream connection
 * and an MCP URL of its own, through one Sidekey with a heap of 128 MiB. {@code
 * -Dsidekey.hosts=10000} asks for more than CI has the time for.
 */
final class ManyHostsIT {
    private static final int HOSTS = Integer.getInteger("sidekey.hosts", 1_100);
    private static final int AT_ONCE = 16;
    private static final int MOST_IDLE_A_LOOP = 256;
    private static final long MOST_RSS = 450L << 20;
    private static final long MOST_GROWTH = 48L << 20;

    @TempDir Path state;
    @TempDir Path world;

    private final Semaphore atOnce = new Semaphore(AT_ONCE);

    @Timeout(900)
    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "h2"})
    void memoryIsThatOfAFewHundredHostsHoweverManyThereAre(String upstream) throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "memory is read in /proc");
        var name = new GeneralName(GeneralName.dNSName, "*.example.test");
        var shown = SelfSigned.in(world, "world", name);
        try (var server = FakeTlsServer.start(shown.leaf(), upstream, ManyHostsIT::answer);
                var sidekey = new SmallSidekey(state, configuration(shown.certificate()));
                var clients = new TunnelClients(sidekey.port())) {
            askEach(0, HOSTS / 2, clients, server.port());
            var halfway = sidekey.residentBytes();
            sidekey.say(HOSTS / 2 + " hosts, " + upstream);
            askEach(HOSTS / 2, HOSTS, clients, server.port());
            sidekey.say(HOSTS + " hosts, " + upstream);

            assertThat(server.seen()).hasSize(HOSTS);
            assertThat(sidekey.residentBytes()).isLessThan(MOST_RSS);
            assertThat(sidekey.residentBytes() - halfway).isLessThan(MOST_GROWTH);
            var metrics = sidekey.metrics();
            assertThat(metrics).doesNotContain("example.test");
            var loops = 2 * Runtime.getRuntime().availableProcessors();
            assertThat(openConnections(metrics))
                    .isBetween(1.0, (double) loops * MOST_IDLE_A_LOOP + AT_ONCE);
        }
    }

    private static String configuration(Path roots) {
        var hosts =
                IntStream.range(0, HOSTS)
                        .mapToObj(i -> "  h" + i + ".example.test: 127.0.0.1\n")
                        .collect(Collectors.joining());
        return "ca-file: %s\nupstreams: { a: \"https://mcp.test/mcp\" }\negress: { intercept: [ \"*.example.test\" ] }\nresolve:\n%s"
                .formatted(roots, hosts);
    }

    private void askEach(int from, int to, TunnelClients clients, int port) throws Exception {
        var all = new ArrayList<CompletableFuture<String>>();
        for (int i = from; i < to; i++) {
            atOnce.acquire();
            var authority = "h" + i + ".example.test:" + port;
            var request =
                    "GET /mcp HTTP/1.1\r\nHost: %s\r\nMCP-Protocol-Version: 2025-11-25\r\nConnection: close\r\n\r\n"
                            .formatted(authority);
            all.add(clients.ask(authority, request).whenComplete((_, _) -> atOnce.release()));
        }
        for (var one : all) {
            assertThat(one.get()).startsWith("HTTP/1.1 200").endsWith("well");
        }
    }

    private static void answer(ChannelHandlerContext context, FullHttpRequest request) {
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.OK,
                        Unpooled.copiedBuffer("well", StandardCharsets.US_ASCII));
        var stream = request.headers().get("x-http2-stream-id");
        if (stream != null) {
            response.headers().set("x-http2-stream-id", stream);
        }
        response.headers().set("content-length", "4");
        FakeTlsServer.send(context, response);
    }

    private static double openConnections(String metrics) {
        var line =
                Pattern.compile("sidekey_upstream_connections\\{state=\"open\"\\} (\\S+)")
                        .matcher(metrics);
        assertThat(line.find()).isTrue();
        return Double.parseDouble(line.group(1));
    }
}
