package dev.sidekey.oauth;

import java.util.Objects;

/** How Sidekey names itself to authorization servers. */
final class UserAgent {
    /** {@code sidekey/VERSION}; some firewalls refuse what a library sends by default. */
    static final String VALUE =
            "sidekey/"
                    + Objects.requireNonNullElse(
                            UserAgent.class.getPackage().getImplementationVersion(), "dev");

    private UserAgent() {}
}
