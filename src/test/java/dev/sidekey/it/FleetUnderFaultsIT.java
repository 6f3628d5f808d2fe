package dev.sidekey.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidekey.credential.RedisServer;
import dev.sidekey.fakes.FakeAuthorizationServer;
import dev.sidekey.fakes.FakeMcpServer;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five Sidekeys and one rotating refresh token whose reuse revokes the family, under load, while
 * processes are stopped for longer than their leases last, killed and started, and their wires to
 * Redis cut and slowed (E14). {@code -Dsidekey.fleet.seconds=600} makes it ten minutes, {@code
 * -Dsidekey.fleet.seed=N} repeats a run's faults.
 *
 * <p>One thing no store can save: a process that is killed between the server's answer and its
 * write takes the only copy of the new token with it. A kill waits until none is in that state, and
 * {@code FenceTest} and {@code FleetTest} show what the others do then.
 */
final class FleetUnderFaultsIT {
    private static final int FLEET = 5;
    private static final int TOKEN_SECONDS = 5;
    private static final int PAST_THE_LEASE = 16;
    private static final long SECONDS = Long.getLong("sidekey.fleet.seconds", 60);
    private static final long SEED = Long.getLong("sidekey.fleet.seed", System.nanoTime());

    @TempDir Path state;

    private final Random random = new Random(SEED);
    private final FakeAuthorizationServer authorization = FakeAuthorizationServer.start();
    private final FakeMcpServer mcp = FakeMcpServer.start(authorization);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Member> members = new ArrayList<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> faults = new ConcurrentSkipListMap<>();
    private final AtomicInteger good = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private RedisServer redis;
    private volatile long issuedAt;
    private volatile boolean over;

    /** A process and since when nothing was done to it; 0 while something is. */
    private static final class Member {
        final FleetProcess process;
        final String name;
        volatile long wellSince = System.nanoTime();

        Member(String name, FleetProcess process) {
            this.name = name;
            this.process = process;
        }
    }

    @Test
    @Timeout(1200)
    void noRefreshTokenIsShownTwiceAndNoCallFailsThatHadALiveToken() throws Exception {
        System.out.println("faults are those of -Dsidekey.fleet.seed=" + SEED);
        try (var engine = RedisServer.start()) {
            redis = engine;
            try {
                run();
            } finally {
                over = true;
                for (var member : members) {
                    member.process.signal("CONT");
                    member.process.close();
                }
                threads.shutdownNow();
                mcp.close();
                authorization.close();
            }
        }
    }

    private void run() throws Exception {
        authorization.switches.expiresIn = TOKEN_SECONDS;
        authorization.switches.beforeToken = () -> issuedAt = System.nanoTime();
        FleetProcess first = null;
        for (int i = 0; i < FLEET; i++) {
            var process =
                    new FleetProcess(state.resolve("" + i), mcp.url(), redis.port(), first).start();
            first = first == null ? process : first;
            members.add(new Member("" + i, process));
        }
        members.forEach(member -> member.process.awaitReady());
        var process = first;
        var login = threads.submit(() -> process.call(Duration.ofSeconds(50)));
        first.logIn();
        assertThat(FleetProcess.isResult(login.get())).isTrue();

        members.forEach(member -> threads.execute(() -> load(member)));
        disturb();
        heal();
        awaitAllServing();

        over = true;
        assertThat(violations).as("calls that failed with a live token").isEmpty();
        assertThat(authorization.sawReuse()).as("a family was revoked").isFalse();
        assertThat(authorization.http().asked("/authorize")).as("logins").hasSize(1);
        var shown = new HashSet<String>();
        for (var asked : authorization.http().asked("/token")) {
            var token = asked.form().get("refresh_token");
            assertThat(token == null || shown.add(token)).as(token + " once").isTrue();
        }
        assertThat(shown.size()).isGreaterThan((int) SECONDS / TOKEN_SECONDS / 3);
        assertThat(good.get()).isGreaterThan((int) SECONDS);
        report();
    }

    /** One call after the other, a few in a second. */
    private void load(Member member) {
        while (!over) {
            var start = System.nanoTime();
            var well = member.wellSince;
            try {
                var answer = member.process.call(Duration.ofSeconds(30));
                if (FleetProcess.isResult(answer)) {
                    good.incrementAndGet();
                } else {
                    check(member, start, well, answer.statusCode() + " " + answer.body());
                }
            } catch (HttpTimeoutException e) {
                check(member, start, well, e.toString());
            } catch (IOException e) {
                check(member, start, well, e.toString());
            } catch (InterruptedException e) {
                return;
            }
            LockSupport.parkNanos(250_000_000);
        }
    }

    /** A failure is one only where the process had the token, and it was good all the time. */
    private void check(Member member, long start, long wellBefore, String what) {
        refused.incrementAndGet();
        var wellAfter = member.wellSince;
        var undisturbed = wellBefore != 0 && wellBefore == wellAfter;
        var issued = issuedAt;
        var had = undisturbed && issued - wellBefore > 1_000_000_000L;
        var live = start - issued < (TOKEN_SECONDS - 1) * 1_000_000_000L && start > issued;
        if (had && live && !over && !isNotStored(what)) {
            violations.add("process " + member.name + ": " + what);
        }
    }

    /**
     * Whether who got the token was struck before it could store it: nobody else had it then. A
     * token so young is not shown a second time yet, so that the announcement is its own.
     */
    private boolean isNotStored(String what) {
        try {
            return what.contains("has not stored the answer yet")
                    && !redis.ask("HLEN {fleet}:announcement").startsWith(":0");
        } catch (IOException e) {
            return false;
        }
    }

    private void disturb() throws Exception {
        var end = System.nanoTime() + SECONDS * 1_000_000_000L;
        // the one that a short run must have as well
        var _ = threads.submit(() -> stop(members.getLast(), PAST_THE_LEASE));
        while (System.nanoTime() < end) {
            var member = members.get(random.nextInt(FLEET));
            var fault = random.nextInt(5);
            var seconds = 1 + random.nextInt(6);
            var past = PAST_THE_LEASE + random.nextInt(5);
            var left = (end - System.nanoTime()) / 1_000_000_000L;
            var _ =
                    threads.submit(() -> {
                        switch (fault) {
                            case 0 -> stop(member, left > past ? past : 1);
                            case 1 -> stop(member, seconds);
                            case 2 -> kill(member);
                            case 3 -> cut(member, seconds);
                            default -> slow(member, seconds);
                        }
                        return true;
                    });
            LockSupport.parkNanos((1000 + random.nextInt(2000)) * 1_000_000L);
        }
    }

    /** Begins a fault, unless this process has one already. */
    private boolean begins(Member member, String fault) {
        synchronized (member) {
            var free = member.wellSince != 0;
            member.wellSince = 0;
            if (free) {
                faults.merge(fault, 1, Integer::sum);
            }
            return free;
        }
    }

    private static void ends(Member member) {
        member.wellSince = System.nanoTime();
    }

    private Boolean stop(Member member, int seconds) throws Exception {
        if (begins(member, seconds < PAST_THE_LEASE ? "stopped" : "stopped past the lease")) {
            member.process.signal("STOP");
            LockSupport.parkNanos(seconds * 1_000_000_000L);
            member.process.signal("CONT");
            ends(member);
        }
        return true;
    }

    private void cut(Member member, int seconds) {
        if (begins(member, "cut from Redis")) {
            member.process.wire.cut();
            LockSupport.parkNanos(seconds * 1_000_000_000L);
            member.process.wire.heal();
            ends(member);
        }
    }

    private void slow(Member member, int seconds) {
        if (begins(member, "slowed")) {
            member.process.wire.slow(50 + 50 * (seconds % 4));
            LockSupport.parkNanos(seconds * 1_000_000_000L);
            member.process.wire.heal();
            ends(member);
        }
    }

    private void kill(Member member) throws Exception {
        if (!begins(member, "killed and started")) {
            return;
        }
        while (!over) {
            member.process.signal("STOP");
            // what it has sent has arrived by now
            LockSupport.parkNanos(500_000_000);
            if (redis.ask("HLEN {fleet}:announcement").startsWith(":0")) {
                member.process.kill();
                member.process.start().awaitReady();
                break;
            }
            member.process.signal("CONT");
            LockSupport.parkNanos(300_000_000);
        }
        ends(member);
    }

    private void heal() throws Exception {
        for (var member : members) {
            var end = System.nanoTime() + 100 * 1_000_000_000L;
            while (member.wellSince == 0 && System.nanoTime() < end) {
                LockSupport.parkNanos(100_000_000);
            }
            member.process.wire.heal();
        }
    }

    private void awaitAllServing() throws Exception {
        for (var member : members) {
            var end = System.nanoTime() + 60 * 1_000_000_000L;
            while (!FleetProcess.isResult(member.process.call(Duration.ofSeconds(20)))) {
                assertThat(System.nanoTime())
                        .as("serves again: " + member.process.logText())
                        .isLessThan(end);
                LockSupport.parkNanos(200_000_000);
            }
        }
    }

    private void report() throws IOException {
        int tokens = authorization.http().asked("/token").size() - 1;
        int logins = authorization.http().asked("/authorize").size();
        Figures.say(
                "fleet",
                """
                | %d s, seed %d | |
                | --- | --- |
                | faults | %s |
                | calls served | %d |
                | calls refused while their Sidekey had no live token | %d |
                | calls failed with a live token | %d |
                | refreshes, each with a token of its own | %d |
                | refresh tokens shown twice, families revoked | 0 |
                | logins | %d |
                """
                        .formatted(
                                SECONDS,
                                SEED,
                                faults.toString().replaceAll("[{}]", "").replace('=', ' '),
                                good.get(),
                                refused.get() - violations.size(),
                                violations.size(),
                                tokens,
                                logins));
    }
}
