package dev.sidekey.authorization;

import dev.sidekey.config.UpstreamConfig;

/**
 * One request as the authorization room sees it.
 *
 * @param upstream the protected server that it is for
 * @param principal who sent it
 * @param method HTTP method
 * @param url the upstream's URL of this very request, never Sidekey's own (M14)
 */
public record Call(UpstreamConfig upstream, Principal principal, String method, String url) {

    /** The upstream's configured name. */
    public String upstreamName() {
        return upstream.name();
    }

    /** The same under the settings that hold at the upstream's issuer. */
    Call under(UpstreamConfig settings) {
        return new Call(settings, principal, method, url);
    }
}
