package dev.sidekey.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A shutdown waits for what must be stored (E16), and not for ever. */
class UnderWayTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final UnderWay underWay = new UnderWay();

    @Test
    void whatRunsIsWaitedFor() throws Exception {
        var began = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        var stored = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var work =
                    threads.submit(() ->
                            underWay.during(() -> {
                                began.countDown();
                                awaitQuietly(mayEnd);
                                stored.set(true);
                                return 1;
                            }));
            began.await();
            var waiting =
                    threads.submit(() -> {
                        underWay.await(LONG);
                        return stored.get();
                    });
            underWay.await(Duration.ofMillis(10));
            assertThat(stored).isFalse();
            mayEnd.countDown();
            assertThat(waiting.get()).isTrue();
            assertThat(work.get()).isEqualTo(1);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatFailedIsNotWaitedFor() {
        try {
            underWay.during(() -> {
                throw new IllegalStateException("broken");
            });
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("broken");
        }
        underWay.await(LONG);
    }
}
