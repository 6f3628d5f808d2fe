package dev.sidekey.authorization;

import dev.sidekey.authorization.Authorization.LoginRequired;
import dev.sidekey.oauth.Scopes;
import java.util.concurrent.CompletableFuture;

/**
 * One flow under way and all who wait for it; a waiter holds no thread. Safe on every thread.
 *
 * <p>Until the flow has chosen its scopes, those of further waiters are merged into it (U6).
 */
final class Flight {
    private final CompletableFuture<Authorization> outcome = new CompletableFuture<>();
    private final CompletableFuture<LoginRequired> link = new CompletableFuture<>();
    private Scopes wanted;
    private boolean chosen;

    Flight(Scopes wanted) {
        this.wanted = wanted;
    }

    /** Adds a waiter's scopes. False when the flow has already chosen without them. */
    synchronized boolean join(Scopes more) {
        if (!chosen) {
            wanted = wanted.union(more);
        }
        return wanted.covers(more);
    }

    /** All that is wanted by now; whoever comes later with more starts the next flow. */
    synchronized Scopes choose() {
        chosen = true;
        return wanted;
    }

    /** Completes, never exceptionally, when the flow is over. */
    CompletableFuture<Authorization> outcome() {
        return outcome;
    }

    /** Completes when a person is asked to log in. */
    CompletableFuture<LoginRequired> link() {
        return link;
    }
}
