package dev.sidekey.credential;

import java.util.Locale;

/** What an entry of a store is; each kind has its own room of names. */
public enum Kind {
    CREDENTIAL,
    REGISTRATION,
    PENDING_LOGIN,
    /** Which credentials belong to an account and a configured URL. */
    SLOT,
    /** That a refresh token is being shown. */
    ANNOUNCEMENT,
    /** An export that was taken in, so that it is not taken a second time. */
    IMPORT,
    /** Which issuer a client without a configured one belongs to (B5). */
    PINNED_ISSUER,
    /** The leases; written by {@link CredentialStore#acquire} alone, their value is the owner. */
    LEASE,
    /** One entry that is sealed with nothing of worth inside, to tell a wrong key at start. */
    KEY_CHECK;

    /** How stores spell it, in directories and in prefixes of names: it must never change. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
