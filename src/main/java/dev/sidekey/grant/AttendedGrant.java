package dev.sidekey.grant;

/** A grant that needs a person: a call is held for a while, then told where to log in. */
public non-sealed interface AttendedGrant extends Grant {}
