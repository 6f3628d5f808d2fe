package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.credential.RedisServer;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a rolling update of a Deployment does, by processes: a new replica is started and ready
 * before an old one is taken out of the service and told to stop, one after the other, under load.
 */
final class RollingUpdateIT {
    private static final int REPLICAS = 3;

    @TempDir Path state;

    private final List<FleetProcess> service = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger served = new AtomicInteger();
    private volatile boolean over;

    @Test
    @Timeout(600)
    void noCallFailsWhileAllReplicasAreReplaced() throws Exception {
        try (var redis = RedisServer.start();
                var authorization = FakeAuthorizationServer.start();
                var mcp = FakeMcpServer.start(authorization);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            authorization.switches.expiresIn = 8;
            var all = new ArrayList<FleetProcess>();
            try {
                update(redis, mcp, all, () -> threads.execute(this::load));
            } finally {
                over = true;
                all.forEach(FleetProcess::close);
            }
            assertThat(failures).isEmpty();
            assertThat(served.get()).isGreaterThan(20);
            assertThat(authorization.http().asked("/authorize")).hasSize(1);
            assertThat(authorization.sawReuse()).isFalse();
            System.out.println(served + " calls served while all replicas were replaced");
        }
    }

    private void update(
            RedisServer redis, FakeMcpServer mcp, List<FleetProcess> all, Runnable underLoad)
            throws Exception {
        for (int i = 0; i < REPLICAS; i++) {
            var first = all.isEmpty() ? null : all.getFirst();
            all.add(new FleetProcess(state.resolve("" + i), mcp.url(), redis.port(), first));
            service.add(all.getLast().start().awaitReady());
        }
        var login = new Thread(() -> call(service.getFirst()));
        login.start();
        service.getFirst().logIn();
        login.join();
        underLoad.run();
        underLoad.run();
        for (int i = 0; i < REPLICAS; i++) {
            var directory = state.resolve("new" + i);
            all.add(new FleetProcess(directory, mcp.url(), redis.port(), all.getFirst()));
            var fresh = all.getLast().start().awaitReady();
            FleetProcess old;
            synchronized (service) {
                service.add(fresh);
                old = service.removeFirst();
            }
            old.terminate();
        }
    }

    private void load() {
        while (!over) {
            FleetProcess replica;
            synchronized (service) {
                replica = service.get(served.get() % service.size());
            }
            call(replica);
            LockSupport.parkNanos(150_000_000);
        }
    }

    private void call(FleetProcess replica) {
        try {
            var answer = replica.call(Duration.ofSeconds(60));
            if (FleetProcess.isResult(answer)) {
                served.incrementAndGet();
            } else if (!over) {
                failures.add(answer.statusCode() + " " + answer.body());
            }
        } catch (IOException e) {
            if (!over) {
                failures.add(e.toString());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
