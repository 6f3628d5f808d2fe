package dev.sidekey.authorization;

/**
 * Who sent the request: the local agent that Sidekey authenticated, never a session id (X8).
 *
 * @param name the agent's name; {@code local} until agents are configured
 */
public record Principal(String name) {
    /** The one principal of a Sidekey without configured agents. */
    public static final Principal LOCAL = new Principal("local");
}
