package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.fakes.RawClient;
import dev.sidekey.fakes.RawServer;
import dev.sidekey.oauth.Scopes;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Agents that open a connection a call, or are made to: what is closed is nowhere kept, not even by
 * a timer that would let go of it after a while. A small heap does not last that long.
 */
final class ClosedConnectionsTest extends TlsRoadTest {
    private static final int MANY = 200;
    private static final Pattern LINE =
            Pattern.compile(
                    "(?m)(\\d+) +\\d+ +io\\.netty\\.channel\\.DefaultChannelPipeline(?: |$)");

    private interface Use {
        void connect(RunningSidekey sidekey) throws Exception;
    }

    private static void assertThatNothingStays(RunningSidekey sidekey, int times, Use use)
            throws Exception {
        use.connect(sidekey);
        long before = channels();
        for (int i = 0; i < times; i++) {
            use.connect(sidekey);
        }
        RunningSidekey.await(() -> channels() < before + times / 4, "channels are let go of");
    }

    /** How many there are in the heap, once garbage is collected. */
    private static long channels() {
        try {
            var histogram =
                    ManagementFactory.getPlatformMBeanServer()
                            .invoke(
                                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                    "gcClassHistogram",
                                    new Object[] {null},
                                    new String[] {String[].class.getName()});
            var line = LINE.matcher(String.valueOf(histogram));
            assertThat(line.find()).as("channels are counted").isTrue();
            return Long.parseLong(line.group(1));
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aConnectionOfOneCallLeavesNothing() throws Exception {
        try (var mcp = FakeMcpServer.start(0, "http://127.0.0.1:1", _ -> Scopes.none())) {
            var config = new TestConfig(state);
            config.grant = "none";
            try (var sidekey = new RunningSidekey(config.upstream("default", mcp.url()).build())) {
                assertThatNothingStays(sidekey, MANY, ClosedConnectionsTest::call);
            }
        }
    }

    private static void call(RunningSidekey sidekey) throws IOException {
        try (var client = new RawClient(sidekey.port())) {
            client.write(
                    "GET /mcp HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n".formatted(sidekey.port()));
            assertThat(client.readHead()).startsWith("HTTP/1.1 ");
        }
    }

    @Test
    void aTunnelLeavesNothing() throws Exception {
        try (var server = RawServer.start(connection -> connection.write("hello"));
                var sidekey = new RunningSidekey(new TestConfig(state).build())) {
            assertThatNothingStays(
                    sidekey,
                    MANY,
                    used -> {
                        try (var client = new RawClient(used.port())) {
                            assertThat(client.connect("127.0.0.1:" + server.port()))
                                    .contains(" 200 ");
                            assertThat(client.readAll()).isEqualTo("hello");
                        }
                    });
        }
    }

    @Test
    void aConnectionThatAsksForNothingLeavesNothing() throws Exception {
        try (var sidekey = new RunningSidekey(new TestConfig(state).build())) {
            assertThatNothingStays(sidekey, MANY, used -> new RawClient(used.port()).close());
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void anInterceptedConnectionLeavesNothing(Version version) throws Exception {
        try (var server = server("http/1.1", ClosedConnectionsTest::echo);
                var sidekey = start(server)) {
            var request = HttpRequest.newBuilder(URI.create(url(server, "/other"))).build();
            assertThatNothingStays(
                    sidekey,
                    40,
                    used -> {
                        try (var agent = agent(used, version)) {
                            var answer = agent.send(request, BodyHandlers.ofString());
                            assertThat(answer.version()).isEqualTo(version);
                        }
                    });
        }
    }

    private static void echo(ChannelHandlerContext context, FullHttpRequest request) {
        answer(context, request, "here");
    }
}
