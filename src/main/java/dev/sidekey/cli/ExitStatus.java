package dev.sidekey.cli;

/** Exit statuses, so that scripts can tell "not logged in" from "broken". */
final class ExitStatus {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NOT_LOGGED_IN = 3;

    private ExitStatus() {}
}
