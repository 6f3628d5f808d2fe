package dev.sidekey.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sidekey.certificate.CertificateAuthority;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What intercepted hosts are shown as: where it is made, how fast, and that it is given back. */
final class HostContextsTest {
    @TempDir Path state;

    private HostContexts contexts(Executor executor) {
        var authority = new CertificateAuthority(state, null, List.of("*"), Clock.systemUTC());
        return new HostContexts(authority.leaves(executor), executor);
    }

    private static boolean isAlive(SslContext context) {
        return ((ReferenceCounted) context).refCnt() > 0;
    }

    @Test
    void memoryOutsideTheHeapIsGivenBackAsSoonAsNobodyNeedsIt() {
        assumeTrue(OpenSsl.isAvailable(), "the JDK's own contexts live in the heap");
        var made = new ArrayList<SslContext>();
        var contexts = contexts(Runnable::run);
        var used = contexts.lease("used.example.test").join();
        for (int i = 0; i < 2 * HostContexts.MOST_HOSTS; i++) {
            var context = contexts.lease("h" + i + ".example.test").join();
            made.add(context);
            assertThat(isAlive(context)).isTrue();
            ReferenceCountUtil.release(context);
        }
        assertThat(made.stream().filter(HostContextsTest::isAlive))
                .hasSizeLessThanOrEqualTo(HostContexts.MOST_HOSTS);
        contexts.close();
        assertThat(made).noneMatch(HostContextsTest::isAlive);
        assertThat(isAlive(used)).isTrue();
        ReferenceCountUtil.release(used);
        assertThat(isAlive(used)).isFalse();
        // a connection that began before may still ask
        var late = contexts.lease("late.example.test").join();
        assertThat(isAlive(late)).isTrue();
        ReferenceCountUtil.release(late);
        assertThat(isAlive(late)).isFalse();
    }

    @Test
    void whoAsksMakesNothing() {
        var tasks = new ArrayDeque<Runnable>();
        try (var contexts = contexts(tasks::add)) {
            var first = contexts.lease("a.example.test");
            // no key, no certificate, no context: an event loop would have waited for these
            assertThat(first).isNotDone();
            assertThat(state.resolve("ca.key")).doesNotExist();
            tasks.remove().run();
            assertThat(Files.exists(state.resolve("ca.key"))).isTrue();
            assertThat(first).as("its context").isNotDone();
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
            assertThat(first).isCompleted();
            ReferenceCountUtil.release(first.join());
        }
    }

    /** Certificate and context, in time of the processor: other work does not lengthen that. */
    @Test
    void allButTheFirstAreReadyInLessThanFiveMilliseconds() {
        var processor = ManagementFactory.getThreadMXBean();
        try (var contexts = contexts(Runnable::run)) {
            ReferenceCountUtil.release(contexts.lease("first.example.test").join());
            var nanos = new ArrayList<Long>();
            for (int i = 0; i < 201; i++) {
                var began = processor.getCurrentThreadCpuTime();
                var context = contexts.lease("h" + i + ".example.test").join();
                nanos.add(processor.getCurrentThreadCpuTime() - began);
                ReferenceCountUtil.release(context);
            }
            Collections.sort(nanos);
            assertThat(Duration.ofNanos(nanos.get(100))).isLessThan(Duration.ofMillis(5));
        }
    }
}
