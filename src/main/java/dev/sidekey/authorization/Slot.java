package dev.sidekey.authorization;

import dev.sidekey.config.UpstreamConfig;
import org.jspecify.annotations.Nullable;

/**
 * One upstream as one agent sees it: what a flow is single for, before issuer and resource are
 * known.
 *
 * @param account opaque; the agent and the operator's account name (B7)
 * @param upstreamUrl the configured URL, byte for byte
 */
record Slot(String account, String upstreamUrl) {

    static Slot of(UpstreamConfig upstream, Principal principal) {
        return new Slot(principal.name() + "/" + upstream.account(), upstream.url().toString());
    }

    /** The agent of an account; names of agents hold no slash. */
    static String agentOf(String account) {
        return account.substring(0, Math.max(0, account.indexOf('/')));
    }

    // Written out for the sake of the start, as in HostPort.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Slot that
                && account.equals(that.account)
                && upstreamUrl.equals(that.upstreamUrl);
    }

    @Override
    public int hashCode() {
        return 31 * account.hashCode() + upstreamUrl.hashCode();
    }

    static Slot of(Call call) {
        return of(call.upstream(), call.principal());
    }
}
