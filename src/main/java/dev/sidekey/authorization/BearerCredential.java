package dev.sidekey.authorization;

import java.util.function.BiConsumer;

/**
 * A credential that is ready to be shown upstream. Safe on every thread; no method blocks.
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

    /** Notes that the upstream accepted it: it answered with neither 401 nor 403. Cheap. */
    void accepted();
}
