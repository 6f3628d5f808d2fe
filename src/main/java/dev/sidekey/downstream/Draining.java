package dev.sidekey.downstream;

/** Told to each connection when Sidekey stops, one after the other. */
enum Draining {
    /** Answers say from now on that theirs is the last on its connection. */
    ANNOUNCED,
    /** Idle connections end, and event streams that answer no call. */
    NOW,
    /** The time for calls is over: event streams end cleanly, the rest is cut. */
    OVER
}
