package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import dev.sidekey.certificate.CertificateAuthority;
import dev.sidekey.fakes.FakeTlsServer;
import dev.sidekey.fakes.RawClient;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/**
 * h2spec, the conformance suite of HTTP/2, against the agent's side of an intercepted connection.
 * It knows no proxies: a bridge asks for the tunnel.
 */
final class H2specIT {
    private static final String MODULE =
            "github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible";
    private static final int CASES = 145;

    /**
     * Netty's ways; ADR 0020 says why they stay, Http2FramesTest what comes of them. HEADERS for a
     * stream that has ended, or that was skipped, are a stream error (STREAM_CLOSED) where RFC 9113
     * §5.1 and §5.1.1 have a connection error; a second HEADERS for a stream that the agent has
     * ended is one of the wrong code (PROTOCOL_ERROR). Which of them are seen depends on whether
     * the answer was faster.
     */
    private static final Set<String> KNOWN =
            Set.of(
                    "http2/5.1 closed: Sends a HEADERS frame",
                    "http2/5.1 half closed (remote): Sends a HEADERS frame",
                    "http2/5.1.1 Sends stream identifier that is numerically smaller than previous");

    @TempDir Path state;
    @TempDir Path world;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    private static Path install() throws IOException, InterruptedException {
        var bin = Path.of("target", "h2spec").toAbsolutePath();
        assumeTrue(isThere("go"), "h2spec is built by Go, which is not on this machine");
        var go = new ProcessBuilder("go", "install", MODULE).inheritIO();
        go.environment().put("GOBIN", bin.toString());
        go.environment().put("GOFLAGS", "-modcacherw");
        assertThat(go.start().waitFor()).as("go install " + MODULE).isZero();
        return bin.resolve("h2spec");
    }

    private static boolean isThere(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static void answer(ChannelHandlerContext context, FullHttpRequest request) {
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.OK,
                        Unpooled.copiedBuffer("well, that is all", StandardCharsets.US_ASCII));
        response.headers().set("x-http2-stream-id", request.headers().get("x-http2-stream-id"));
        FakeTlsServer.send(context, response);
    }

    /** Leads each connection through a tunnel of its own. */
    private void bridge(ServerSocket door, int proxy, String authority) {
        while (!door.isClosed()) {
            try {
                var from = door.accept();
                var client = new RawClient(proxy);
                var _ = client.connect(authority);
                threads.execute(() -> pass(from, client.socket()));
                threads.execute(() -> pass(client.socket(), from));
            } catch (IOException e) {
                // closed: the loop ends
            }
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one end is gone: so is the other
        }
    }

    @Test
    void theAgentsSideOfHttp2IsAsTheSpecificationSays() throws Exception {
        var h2spec = install();
        var leaves =
                new CertificateAuthority(world, null, List.of("*"), Clock.systemUTC())
                        .leaves(threads);
        var elsewhere = InetAddress.getByName("127.0.0.2");
        var config = new TestConfig(state);
        config.caFile = world.resolve("ca.pem");
        config.resolve = Map.of("localhost", "127.0.0.2");
        try (var server =
                        FakeTlsServer.start(
                                elsewhere,
                                leaves.leaf("localhost").join(),
                                "h2",
                                H2specIT::answer);
                var door = new ServerSocket(server.port(), 50, InetAddress.getLoopbackAddress());
                var sidekey =
                        new RunningSidekey(
                                config.upstream("default", "https://localhost:" + server.port())
                                        .build())) {
            var authority = "localhost:" + server.port();
            threads.execute(() -> bridge(door, sidekey.port(), authority));
            var report = state.resolve("h2spec.xml");
            var suite =
                    new ProcessBuilder(
                                    h2spec.toString(),
                                    "-h",
                                    "localhost",
                                    "-p",
                                    Integer.toString(server.port()),
                                    "-t",
                                    "-k",
                                    "-j",
                                    report.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(Path.of("target", "h2spec", "h2spec.log").toFile())
                            .start();
            assertThat(suite.waitFor(4, TimeUnit.MINUTES)).as("h2spec ends").isTrue();
            assertThat(KNOWN).as("nothing else fails").containsAll(failures(report));
        }
    }

    private static Set<String> failures(Path report) throws Exception {
        var document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
        var cases = document.getElementsByTagName("testcase");
        assertThat(cases.getLength()).isEqualTo(CASES);
        var failed = new TreeSet<String>();
        for (int i = 0; i < cases.getLength(); i++) {
            var one = (Element) cases.item(i);
            var ok =
                    one.getElementsByTagName("failure").getLength() == 0
                            && one.getElementsByTagName("error").getLength() == 0;
            if (!ok) {
                failed.add(one.getAttribute("package") + " " + one.getAttribute("classname"));
            }
        }
        return failed;
    }
}
