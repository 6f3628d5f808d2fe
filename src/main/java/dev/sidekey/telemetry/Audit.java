package dev.sidekey.telemetry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Keeps what auditors ask for: who used which credential for what. Safe on every thread. */
@FunctionalInterface
public interface Audit {
    /** Keeps nothing. */
    Audit NONE =
            new Audit() { // no lambda: one of an interface's own field is made anew at each start
                @Override
                public void add(Line line) {}
            };

    /** Adds a line; never blocks and never fails. */
    void add(Line line);

    /** Whether anything is kept at all, so that nothing need be put together for nobody. */
    default boolean isKept() {
        return !equals(NONE);
    }

    /**
     * One line. No member may hold a secret, nor a URL of a request, whose query may be one.
     *
     * @param time when the decision stood
     * @param agent who asked
     * @param upstream configured name
     * @param action the request's method, {@code authorize}, {@code refresh} or {@code logout}
     * @param decision anonymous, authorized, refused (by the upstream), aborted, granted, or the
     *     reason that the agent was told; of a refresh renewed, rejected or failed; of a logout
     *     dropped, or revoked at the server too
     * @param credential what was used; null when nothing was
     * @param status HTTP status of the answer; 0 when there was none
     */
    record Line(
            Instant time,
            String agent,
            String upstream,
            String action,
            String decision,
            @Nullable Used credential,
            int status) {}

    /**
     * A credential, as far as an auditor needs to know it.
     *
     * @param resource what it is for
     * @param scopes what it was granted
     * @param fingerprint tells two apart and reveals nothing
     */
    record Used(String resource, String scopes, String fingerprint) {}
}
