package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sidekey.credential.ChildJvm;
import dev.sidekey.fakes.FakeMcpServer;
import dev.sidekey.oauth.Scopes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a call in steady state costs, by counts and not by a clock: bytes that the event loops
 * allocate, and system calls. Bounds that stand a little above what is: who makes a call dearer
 * finds it here.
 */
class CostOfACallIT {
    private static final Logger LOG = LoggerFactory.getLogger(CostOfACallIT.class);

    /** A quarter above the 3,800 that it was when this was written. */
    private static final long MOST_BYTES = 4_750;

    private static final int BODY = 64 * 1024;

    /** Of a request and its answer, with 1 KiB of bearer, copied once each. */
    private static final long HEADS = 4096;

    private static final int CALLS = 1000;

    /** For what happens beside the calls: timers, the last look before a loop waits. */
    private static final double BESIDE = 1.1;

    private static final Set<String> READS = Set.of("read", "readv", "recvfrom", "recvmsg");
    private static final Set<String> WRITES =
            Set.of("write", "writev", "sendto", "sendmsg", "sendmmsg");
    private static final Set<String> WAITS = Set.of("epoll_wait", "epoll_pwait", "epoll_pwait2");

    @TempDir Path directory;

    @Test
    void theEventLoopsAllocateNoMoreThanTheyDid() throws Exception {
        try (var child = ChildJvm.start(SteadyCalls.class, directory.toString(), "4")) {
            assertThat(said("bytes a call: ", child.end())).isBetween(1L, MOST_BYTES);
        }
    }

    /**
     * What is written lies where it was read: Netty copies heads alone, and nothing as long as a
     * body is allocated on the heap, so that no copy of another kind can be.
     */
    @Test
    void bodiesOf64KiBAreNotCopied() throws Exception {
        var counting = new CountingClasses(directory.resolve("counting")).copiesOfNetty();
        try (var child =
                ChildJvm.startWith(
                        counting.classPath(), SteadyCalls.class, directory.toString(), "" + BODY)) {
            var lines = child.end();
            assertThat(said("copied of one buffer: ", lines)).as("it counts").isEqualTo(BODY);
            assertThat(said("copied a call: ", lines)).isPositive().isLessThan(HEADS);
            assertThat(said("bytes a call: ", lines)).isLessThan(BODY / 2);
        }
    }

    private static long said(String what, List<String> lines) {
        var said = lines.stream().filter(line -> line.startsWith(what)).toList();
        assertThat(said).as("%s", lines).hasSize(1);
        LOG.info("{}", said.getFirst());
        return Long.parseLong(said.getFirst().substring(what.length()));
    }

    @Test
    void aCallTakesTwoReadsTwoWritesAndTwoWaits() throws Exception {
        try (var mcp = FakeMcpServer.start(0, "http://127.0.0.1:1", _ -> Scopes.none());
                var sidekey = new SmallSidekey(directory, configuration(mcp.url()));
                var calls = new SteadyCalls(sidekey.port())) {
            calls.make(200);
            var counted = counted(sidekey.pid(), calls);
            LOG.info("system calls of {} calls: {}", CALLS, counted);
            assertThat(sum(counted, READS)).isBetween(2.0, 2 * BESIDE);
            assertThat(sum(counted, WRITES)).isBetween(2.0, 2 * BESIDE);
            assertThat(sum(counted, WAITS)).isBetween(1.0, 2 * BESIDE);
        }
    }

    private static String configuration(String url) {
        return """
        upstreams:
          default:
            url: %s
            grant: static
            token: %s
        """
                .formatted(url, "t".repeat(1024));
    }

    private static double sum(Map<String, Long> counted, Set<String> names) {
        long all = 0;
        for (var name : names) {
            all += counted.getOrDefault(name, 0L);
        }
        return (double) all / CALLS;
    }

    /** What a process asks of the kernel while it serves the calls. */
    private Map<String, Long> counted(long pid, SteadyCalls calls) throws Exception {
        var table = directory.resolve("strace");
        var strace = strace(pid, table);
        try (var said = strace.errorReader(StandardCharsets.UTF_8)) {
            var first = String.valueOf(said.readLine());
            assumeTrue(first.contains("attached"), "strace may not look into a process: " + first);
            calls.make(CALLS);
            strace.destroy();
            assertThat(strace.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            strace.destroyForcibly();
        }
        return counts(table);
    }

    private static Process strace(long pid, Path table) {
        try {
            return new ProcessBuilder("strace", "-f", "-c", "-o", table.toString(), "-p", "" + pid)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "no strace here: " + e.getMessage());
            throw new AssertionError("not reached", e);
        }
    }

    /** From lines of share, seconds, microseconds, calls, at times errors, and the name. */
    private static Map<String, Long> counts(Path table) throws IOException {
        var counts = new HashMap<String, Long>();
        for (var line : Files.readAllLines(table)) {
            var words = line.strip().split("\\s+", -1);
            if (words.length >= 5 && words[3].matches("\\d+")) {
                counts.put(words[words.length - 1], Long.parseLong(words[3]));
            }
        }
        counts.remove("total");
        return counts;
    }
}
