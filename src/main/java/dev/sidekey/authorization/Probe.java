package dev.sidekey.authorization;

import dev.sidekey.config.UpstreamConfig;

/** Finds out what an upstream asks of a request without a token, for {@code sidekey login}. */
@FunctionalInterface
interface Probe {

    /** The upstream's answer as a refusal; {@link Refusal.NotOurs} when it refuses nothing. */
    Refusal ask(UpstreamConfig upstream);
}
