package dev.sidekey.it;

import com.sun.management.ThreadMXBean;
import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import dev.sidekey.config.GrantInputs;
import dev.sidekey.config.SecretSource;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.fakes.RawClient;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;

/**
 * The same call over one connection again and again, and what the event loops allocate at it. A
 * process of its own: no leak detection, no coverage, and a compiler that finds no allocation to be
 * needless, so that the figure is the same each time.
 */
final class SteadyCalls implements AutoCloseable {
    private static final int WARM = 1500;
    private static final int COUNTED = 2000;
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    private final RawClient connection;
    private final String request;

    /** Calls of a short tool through a Sidekey's port. */
    SteadyCalls(int port) throws Exception {
        this(port, "echo");
    }

    private SteadyCalls(int port, String tool) throws Exception {
        connection = new RawClient(port);
        var body = RunningSidekey.toolCall(tool);
        request =
                """
                POST /mcp HTTP/1.1
                Host: 127.0.0.1:%d
                Content-Type: application/json
                Accept: application/json, text/event-stream
                Content-Length: %d

                """
                                .formatted(port, body.length())
                                .replace("\n", "\r\n")
                        + body;
    }

    /** Makes so many calls, one after the other. */
    void make(int calls) throws Exception {
        for (int i = 0; i < calls; i++) {
            connection.write(request);
            var head = connection.readHead();
            var length = LENGTH.matcher(head);
            if (!head.startsWith("HTTP/1.1 200") || !length.find()) {
                throw new AssertionError(head);
            }
            connection.read(Integer.parseInt(length.group(1)));
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    /**
     * Prints the bytes that the event loops allocate a call, and those that are copied if {@link
     * CountingClasses} count them. Takes a directory for its state, and the length of the tool's
     * name, which the server repeats: so long are both bodies.
     */
    public static void main(String[] arguments) throws Exception {
        var config = new TestConfig(Path.of(arguments[0]));
        var tool = "e".repeat(Integer.parseInt(arguments[1]));
        config.grant = "static";
        var none = GrantInputs.none();
        config.inputs =
                new GrantInputs(
                        none.assertion(),
                        none.subjectToken(),
                        none.actorToken(),
                        none.identityProvider(),
                        none.header(),
                        new SecretSource(Secret.of("t".repeat(1024)), null));
        try (var mcp = FakeMcpServer.start(0, "http://127.0.0.1:1", _ -> Scopes.none());
                var sidekey = new RunningSidekey(config.upstream("default", mcp.url()).build());
                var calls = new SteadyCalls(sidekey.port(), tool)) {
            calls.make(WARM);
            long allocated = allocatedByLoops();
            long copied = Counted.sum();
            calls.make(COUNTED);
            System.out.println("bytes a call: " + (allocatedByLoops() - allocated) / COUNTED);
            System.out.println("copied a call: " + (Counted.sum() - copied) / COUNTED);
        }
        System.out.println("copied of one buffer: " + copiedOfOneBuffer(tool.length()));
    }

    /** What is counted at a copy that is made on purpose. */
    private static long copiedOfOneBuffer(int length) {
        var one = Unpooled.directBuffer(length).writeZero(length);
        long before = Counted.sum();
        one.copy().release();
        one.release();
        return Counted.sum() - before;
    }

    private static long allocatedByLoops() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var loops = new ArrayList<Long>();
        for (var info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null && info.getThreadName().startsWith("multiThreadIoEventLoopGroup")) {
                loops.add(info.getThreadId());
            }
        }
        if (loops.isEmpty()) {
            throw new AssertionError("no event loop is named so");
        }
        long sum = 0;
        for (var loop : loops) {
            sum += threads.getThreadAllocatedBytes(loop);
        }
        return sum;
    }
}
