package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sidekey.certificate.CertificateAuthority;
import dev.sidekey.fakes.FakeTlsServer;
import dev.sidekey.fakes.RawClient;
import dev.sidekey.fakes.RawServer;
import dev.sidekey.fakes.SelfSigned;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.zip.CRC32C;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The forward roads in number, through a Sidekey with a heap of 128 MiB. {@code
 * -Dsidekey.tunnel-gibibytes=10} carries more than CI has the time for.
 */
final class TunnelLoadIT {
    private static final int MANY = 1_000;
    private static final int AT_ONCE = 16;
    private static final int BLOCK = 256 * 1024;
    private static final int PART = 64 * 1024;
    private static final long GIBIBYTE = 1L << 30;
    private static final long DOWNLOAD = 300L << 20;
    private static final long MOST_RSS = 450L << 20;

    @TempDir Path state;
    @TempDir Path world;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore atOnce = new Semaphore(AT_ONCE);

    @BeforeEach
    void onLinux() {
        assumeTrue(
                Files.exists(Path.of("/proc/self/task")), "threads and memory are read in /proc");
    }

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    private SmallSidekey start(FakeTlsServer server) throws Exception {
        return new SmallSidekey(
                state,
                """
                ca-file: %s
                resolve: { mcp.test: 127.0.0.1, files.example.test: 127.0.0.1 }
                egress: { intercept: [ "*.example.test" ] }
                upstreams: { default: "https://mcp.test:%d/mcp" }
                """
                        .formatted(world.resolve("ca.pem"), server.port()));
    }

    private FakeTlsServer server() throws Exception {
        var leaves =
                new CertificateAuthority(world, null, List.of("*"), Clock.systemUTC())
                        .leaves(threads);
        return FakeTlsServer.start(leaves.leaf("mcp.test").join(), "h2", TunnelLoadIT::answer);
    }

    private static void answer(ChannelHandlerContext context, FullHttpRequest request) {
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.OK,
                        Unpooled.copiedBuffer("well", StandardCharsets.US_ASCII));
        response.headers().set("x-http2-stream-id", request.headers().get("x-http2-stream-id"));
        response.headers().set("content-length", "4");
        FakeTlsServer.send(context, response);
    }

    private static void echo(RawServer.Connection connection) throws IOException {
        connection.socket().getInputStream().transferTo(connection.socket().getOutputStream());
    }

    /** Does something many times, some at once, and gives all results. */
    private <T> List<T> each(int times, Callable<T> work) throws Exception {
        var all = new ArrayList<Future<T>>();
        for (int i = 0; i < times; i++) {
            all.add(
                    threads.submit(() -> {
                        atOnce.acquire();
                        try {
                            return work.call();
                        } finally {
                            atOnce.release();
                        }
                    }));
        }
        var results = new ArrayList<T>();
        for (var one : all) {
            results.add(one.get());
        }
        return results;
    }

    private static void askThrough(SSLSocket tls, int port) throws IOException {
        tls.getOutputStream()
                .write(
                        "GET /x HTTP/1.1\r\nHost: mcp.test:%d\r\n\r\n"
                                .formatted(port)
                                .getBytes(StandardCharsets.US_ASCII));
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) tls.getInputStream().read());
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 200");
        assertThat(tls.getInputStream().readNBytes(4)).asString().isEqualTo("well");
    }

    @Test
    void aThousandTunnelsAndAThousandInterceptedConnectionsNeedNoThreadOfTheirOwn()
            throws Exception {
        try (var echo = RawServer.start(TunnelLoadIT::echo);
                var server = server();
                var sidekey = start(server)) {
            int threadsBefore = sidekey.threads();
            var trust = sidekey.trust();
            var tunnels =
                    each(
                            MANY,
                            () -> {
                                var tunnel = new RawClient(sidekey.port());
                                assertThat(tunnel.connect("127.0.0.1:" + echo.port()))
                                        .startsWith("HTTP/1.1 200");
                                return tunnel;
                            });
            var intercepted =
                    each(
                            MANY,
                            () -> {
                                var tls = sidekey.tls(trust, "mcp.test:" + server.port());
                                askThrough(tls, server.port());
                                return tls;
                            });
            int threadsThen = sidekey.threads();
            for (var tunnel : tunnels) {
                tunnel.write("still here");
                assertThat(tunnel.read(10)).isEqualTo("still here");
            }
            for (var tls : intercepted) {
                askThrough(tls, server.port());
            }
            sidekey.say(MANY + " tunnels and " + MANY + " intercepted connections");
            // carriers of virtual threads and the JVM's own may come, but none for a connection
            assertThat(threadsThen - threadsBefore).isLessThan(40);
            assertThat(sidekey.residentBytes()).isLessThan(MOST_RSS);
            for (var tunnel : tunnels) {
                tunnel.close();
            }
            for (var tls : intercepted) {
                tls.close();
            }
        }
    }

    @Test
    void everyByteOfALongTunnelArrives() throws Exception {
        long bytes = Long.getLong("sidekey.tunnel-gibibytes", 1) * GIBIBYTE;
        var sent = new CRC32C();
        try (var source =
                        RawServer.start(connection -> {
                            var out = connection.socket().getOutputStream();
                            var block = new byte[BLOCK];
                            new Random(7).nextBytes(block);
                            for (long left = bytes; left > 0; left -= BLOCK) {
                                // no two blocks are alike
                                ByteBuffer.wrap(block).putLong((int) (left % (BLOCK - 8)), left);
                                ByteBuffer.wrap(block).putLong(0, left);
                                sent.update(block);
                                out.write(block);
                            }
                            connection.socket().shutdownOutput();
                            connection.socket().getInputStream().read();
                        });
                var server = server();
                var sidekey = start(server);
                var client = new RawClient(sidekey.port())) {
            client.connect("127.0.0.1:" + source.port());
            var began = System.nanoTime();
            var came = new CRC32C();
            var block = new byte[BLOCK];
            long count = 0;
            var in = client.socket().getInputStream();
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                came.update(block, 0, read);
                count += read;
            }
            var seconds = (System.nanoTime() - began) / 1e9;
            sidekey.say(bytes / GIBIBYTE + " GiB in " + seconds + " s");
            assertThat(count).isEqualTo(bytes);
            assertThat(came.getValue()).isEqualTo(sent.getValue());
        }
    }

    /** Twice the heap and more, through TLS on both sides, on a host that only a pattern names. */
    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "h2"})
    void aDownloadLargerThanTheHeapPassesOnAHostOfAPattern(String upstream) throws Exception {
        var shown =
                SelfSigned.in(
                        world, "wide", new GeneralName(GeneralName.dNSName, "*.example.test"));
        Files.copy(shown.certificate(), world.resolve("ca.pem"));
        try (var server = FakeTlsServer.start(shown.leaf(), upstream, TunnelLoadIT::pour);
                var sidekey = start(server);
                var tls = sidekey.tls(sidekey.trust(), "files.example.test:" + server.port())) {
            tls.getOutputStream()
                    .write(
                            "GET /file HTTP/1.1\r\nHost: files.example.test:%d\r\nConnection: close\r\n\r\n"
                                    .formatted(server.port())
                                    .getBytes(StandardCharsets.US_ASCII));
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) tls.getInputStream().read());
            }
            assertThat(head.toString()).startsWith("HTTP/1.1 200");
            var block = new byte[BLOCK];
            long count = 0;
            for (int read = tls.getInputStream().read(block);
                    read >= 0;
                    read = tls.getInputStream().read(block)) {
                for (int i = 0; i < read; i++) {
                    if (block[i] != (byte) ((count + i) >> 10)) {
                        throw new AssertionError("another byte at " + (count + i));
                    }
                }
                count += read;
            }
            sidekey.say((DOWNLOAD >> 20) + " MiB downloaded, " + upstream);
            assertThat(count).isEqualTo(DOWNLOAD);
            assertThat(sidekey.residentBytes()).isLessThan(MOST_RSS);
        }
    }

    /** Each KiB of its own number, no faster than it is taken. */
    private static void pour(ChannelHandlerContext context, FullHttpRequest request) {
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        var stream = request.headers().get("x-http2-stream-id");
        if (stream != null) {
            head.headers().set("x-http2-stream-id", stream);
        }
        head.headers().set("content-length", DOWNLOAD);
        FakeTlsServer.send(context, head);
        pour(context, 0);
    }

    private static void pour(ChannelHandlerContext context, long from) {
        if (from == DOWNLOAD) {
            FakeTlsServer.send(context, LastHttpContent.EMPTY_LAST_CONTENT);
            return;
        }
        var part = new byte[PART];
        for (int at = 0; at < PART; at += 1024) {
            Arrays.fill(part, at, at + 1024, (byte) ((from + at) >> 10));
        }
        context.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(part)))
                .addListener(sent -> {
                    if (sent.isSuccess()) {
                        pour(context, from + PART);
                    }
                });
    }
}
