package dev.sidekey.credential;

/**
 * A value and the version that the store held it at.
 *
 * @param version what the next write or removal of it expects
 */
public record Versioned<T>(T value, long version) {}
