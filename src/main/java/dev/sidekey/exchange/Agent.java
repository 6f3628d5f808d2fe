package dev.sidekey.exchange;

import dev.sidekey.authorization.Principal;

/**
 * Who sends requests, as far as traffic needs to know: made once for each configured agent, so that
 * a request costs nothing. Compared by its name.
 */
public record Agent(Principal principal) {
    /** Whoever asks, where agents are not told apart. */
    public static final Agent LOCAL = new Agent(Principal.LOCAL);

    /** The agent of a configured name. */
    public static Agent named(String name) {
        return new Agent(new Principal(name));
    }
}
