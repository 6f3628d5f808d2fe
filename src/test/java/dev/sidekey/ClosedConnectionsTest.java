package dev.sidekey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.fakes.RawClient;
import dev.sidekey.fakes.RawServer;
import dev.sidekey.oauth.Scopes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Agents that open a connection a call, or are made to: what is closed is nowhere kept, not even by
 * a timer that would let go of it after a while. A small heap does not last that long.
 */
final class ClosedConnectionsTest {
    private static final int MANY = 200;
    private static final Pattern LINE =
            Pattern.compile(
                    "(?m)(\\d+) +\\d+ +io\\.netty\\.channel\\.DefaultChannelPipeline(?: |$)");

    @TempDir Path state;

    private interface Use {
        void connect(RunningSidekey sidekey) throws Exception;
    }

    private void assertThatNothingStays(RunningSidekey sidekey, Use use) throws Exception {
        use.connect(sidekey);
        long before = channels();
        for (int i = 0; i < MANY; i++) {
            use.connect(sidekey);
        }
        RunningSidekey.await(() -> channels() < before + MANY / 10, "channels are let go of");
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
                assertThatNothingStays(sidekey, ClosedConnectionsTest::call);
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
            assertThatNothingStays(sidekey, used -> new RawClient(used.port()).close());
        }
    }
}
