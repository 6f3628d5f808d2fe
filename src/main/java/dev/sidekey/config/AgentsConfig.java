package dev.sidekey.config;

import java.util.Map;

/** Who may use this Sidekey: everyone who reaches it, or the named holders of a token. */
public sealed interface AgentsConfig {

    /**
     * One and the same agent, whoever asks: LOCAL while the listener is loopback, OPEN where anyone
     * who reaches it may.
     */
    enum Everyone implements AgentsConfig {
        LOCAL,
        OPEN
    }

    /**
     * Only who shows a token; each has its own credentials (X8).
     *
     * @param byName the agents by name, in the order written
     */
    record Named(Map<String, AgentConfig> byName) implements AgentsConfig {}
}
