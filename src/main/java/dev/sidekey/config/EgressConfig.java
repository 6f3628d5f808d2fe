package dev.sidekey.config;

import java.util.List;

/**
 * Who may be connected to on the forward roads.
 *
 * @param unmatched what happens to hosts that are no configured upstream
 * @param privateRanges loopback and private ranges: AUTO allows them while listen is loopback
 * @param allow hosts, {@code *.} patterns, CIDRs, ports; also lifts the stricter rule for OAuth
 * @param deny the same forms; wins over allow
 * @param intercept hosts of which no URL is configured and whose TLS is taken off all the same
 */
public record EgressConfig(
        @Setting(
                        doc =
                                "What happens to hosts that are no configured upstream: tunnel or deny.",
                        fallback = "tunnel")
                Unmatched unmatched,
        @Setting(
                        doc =
                                "Loopback and private ranges: auto allows them while listen is loopback; allow; deny.",
                        fallback = "auto",
                        key = "private")
                PrivateRanges privateRanges,
        @Setting(
                        doc =
                                "Hosts, *. patterns, CIDRs, ports; also lifts the stricter rule for OAuth requests.")
                List<String> allow,
        @Setting(doc = "The same forms; wins over allow.") List<String> deny,
        @Setting(
                        doc =
                                "Hosts and *. patterns whose TLS is taken off to authorize what speaks MCP there, besides the upstreams.")
                List<String> intercept) {

    /** What happens to hosts that are no configured upstream. */
    public enum Unmatched {
        TUNNEL,
        DENY
    }

    /** What happens to loopback and private ranges. */
    public enum PrivateRanges {
        AUTO,
        ALLOW,
        DENY
    }
}
