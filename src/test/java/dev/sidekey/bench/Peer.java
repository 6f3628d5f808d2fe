package dev.sidekey.bench;

/**
 * One of those that are compared: a program and a way through it.
 *
 * @param name as the tables have it
 * @param program null for the server itself, with nothing between
 * @param way how its agents reach the server
 */
record Peer(String name, Program program, Way way) {

    long cpuNanos() throws java.io.IOException {
        return program == null ? 0 : program.cpuNanos();
    }
}
