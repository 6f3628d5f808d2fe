package dev.sidekey.authorization;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The one seam between traffic and OAuth. Traffic never learns what a grant is; OAuth never learns
 * what a channel is.
 *
 * <p>Every method may be called on an event loop and none blocks. Futures complete on any thread,
 * never exceptionally: what goes wrong is a {@link Authorization.Denied}. Cancelling or dropping a
 * future does not stop the flow behind it (E16).
 */
public interface Authorizer {

    /**
     * Whether Sidekey acts on this URL: it equals or lies below, segment-wise, the configured URL's
     * path or the resource of a credential held for this upstream. A memory read.
     */
    boolean concerns(Call call);

    /** What memory holds for the call. Starts a refresh behind when the credential is STALE. */
    Held held(Call call);

    /**
     * Waits for a fresh credential in place of an expired one: Granted, a transient Denied, or
     * Forgotten when the request is to go out without one.
     */
    CompletableFuture<Authorization> renew(Call call);

    /**
     * Does what an MCP client must after a refusal: discovery, registration, login or grant, token.
     * Completes at the latest when the configured login wait is over and a person is still awaited.
     *
     * @param refusal the upstream's answer
     * @param presented the credential that was refused; null when none was shown
     */
    CompletableFuture<Authorization> authorize(
            Call call, Refusal refusal, @Nullable BearerCredential presented);
}
