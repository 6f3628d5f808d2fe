package dev.sidekey.credential;

/** How much life an access token has left. */
public enum Freshness {
    /** Use it. */
    FRESH,
    /** Use it, and refresh behind. */
    STALE,
    /** Refresh first. */
    EXPIRED
}
