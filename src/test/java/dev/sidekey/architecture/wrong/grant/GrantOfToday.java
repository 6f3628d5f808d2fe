package dev.sidekey.architecture.wrong.grant;

/** What traffic must not know. */
public final class GrantOfToday {}
