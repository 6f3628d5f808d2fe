package dev.sidekey.exchange;

/** Where an exchange stands. */
enum Phase {
    /** A request is on its way; no response head yet. */
    SENDING,
    /** The authorization room is asked; nothing goes either way. */
    AUTHORIZING,
    /** Sidekey will answer by itself, once the request's body is here. */
    ANSWERING,
    /** The response is passed on. */
    STREAMING,
    /** Over. */
    DONE
}
