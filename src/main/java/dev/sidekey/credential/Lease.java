package dev.sidekey.credential;

/**
 * The right to be the only one, among all processes that share a store, for a time.
 *
 * @param name what it is for
 * @param owner which process holds it; for people, not compared
 * @param fence greater with each lease that the store gives; what makes this lease this one
 */
public record Lease(String name, String owner, long fence) {}
