package dev.sidekey.admin;

import dev.sidekey.authorization.Operations;
import dev.sidekey.threads.OffLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Whether requests may be sent here now: the listener accepts, the store can be read, and the
 * upstreams that must be authenticated are. Nobody may call before that, so the first probe that
 * finds one missing begins its authorization. Blocks; runs on virtual threads.
 */
final class Readiness {
    private static final long PAUSE_NANOS = Duration.ofSeconds(30).toNanos();

    private final Operations operations;
    private final BooleanSupplier accepting;
    private final Supplier<List<String>> required;
    private final OffLoop offLoop;
    private final Map<Wanted, Long> begun = new ConcurrentHashMap<>();

    private record Wanted(String upstream, String agent) {}

    /**
     * @param accepting whether the agent's listener takes requests
     * @param required names of the upstreams that must be authenticated
     */
    Readiness(
            Operations operations,
            BooleanSupplier accepting,
            Supplier<List<String>> required,
            OffLoop offLoop) {
        this.operations = operations;
        this.accepting = accepting;
        this.required = required;
        this.offLoop = offLoop;
    }

    /** Open to all, so it names nothing that is configured. */
    AdminAnswer answer() {
        if (!accepting.getAsBoolean()) {
            return AdminAnswer.text(503, "not accepting requests");
        }
        if (!operations.isStoreReachable()) {
            return AdminAnswer.text(503, "the credential store cannot be read");
        }
        var missing = missing();
        missing.forEach(this::begin);
        return missing.isEmpty()
                ? AdminAnswer.text(200, "ok")
                : AdminAnswer.text(
                        503, missing.size() + " credentials are missing; see `sidekey status`");
    }

    private List<Wanted> missing() {
        var missing = new ArrayList<Wanted>();
        for (var upstream : required.get()) {
            for (var agent : operations.agents()) {
                if (!operations.isAuthenticated(upstream, agent)) {
                    missing.add(new Wanted(upstream, agent));
                }
            }
        }
        return missing;
    }

    private void begin(Wanted wanted) {
        var now = System.nanoTime();
        var last = begun.get(wanted);
        if (last == null || now - last > PAUSE_NANOS) {
            begun.put(wanted, now);
            offLoop.execute(() -> operations.login(wanted.upstream, wanted.agent));
        }
    }
}
