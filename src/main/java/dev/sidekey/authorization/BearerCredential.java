package dev.sidekey.authorization;

import dev.sidekey.telemetry.Audit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A credential that is ready to be shown upstream. Safe on every thread; no method blocks.
 *
 * <p>What is bound to a key writes a new proof each time it is presented.
 *
 * <p>Instances are compared by identity: a renewed credential is another instance.
 */
public interface BearerCredential {

    /**
     * Gives the request headers that show this credential (T1): name, then value.
     *
     * @param method the request's method
     * @param url the upstream's URL of the request
     * @param headers receives each header; must not log what it gets
     */
    void present(String method, String url, BiConsumer<CharSequence, CharSequence> headers);

    /**
     * For whom it speaks, as far as can be told: equal for two credentials of one person or
     * machine, and different after a logout or where the tokens name different subjects.
     */
    Object holder();

    /** What an auditor is told of it. */
    Audit.Used used();

    /** Whether a proof goes with each request (RFC 9449), for which answers may bring a nonce. */
    default boolean isBound() {
        return false;
    }

    /**
     * Notes the {@code DPoP-Nonce} header of an answer, whatever its status (M13).
     *
     * @param nonce null when there was none
     * @return whether it is another than before
     */
    default boolean learnNonce(@Nullable String nonce) {
        return false;
    }

    /** Notes that the upstream accepted it: it answered with neither 401 nor 403. Cheap. */
    void accepted();
}
