package dev.sidekey.authorization;

/** What memory knows of a credential for a call. */
public sealed interface Held {

    /** None: the request goes out without a token, anonymous access passes untouched (T8). */
    record Nothing() implements Held {}

    /** One that may be shown now; a refresh may already go on behind (STALE). */
    record Usable(BearerCredential credential) implements Held {}

    /** One that has expired: call {@link Authorizer#renew} before the request is sent. */
    record Expired() implements Held {}
}
