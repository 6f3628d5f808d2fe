package dev.sidekey.config;

import java.time.Duration;

/**
 * Sizes in bytes and times.
 *
 * @param replayBody how much of a request body is kept for a second attempt
 * @param header size of a message head
 * @param metadata size of any document of an authorization server
 * @param oauthTimeout whole time of one OAuth request
 * @param upstreamConnectTimeout time to connect, TLS included
 * @param upstreamResponseTimeout from the request's last byte to the response's head; never for an
 *     event stream's GET, never between body bytes
 * @param tunnelIdle how long a tunnel may carry nothing either way
 * @param handshake how long a client of an intercepted host may take for TLS
 * @param drain how long calls may go on after SIGTERM
 */
public record LimitsConfig(
        @Setting(
                        doc = "How much of a request body is kept for a second attempt.",
                        fallback = "1MiB")
                long replayBody,
        @Setting(doc = "Size of a message head.", fallback = "64KiB") int header,
        @Setting(doc = "Size of any document of an authorization server.", fallback = "1MiB")
                int metadata,
        @Setting(doc = "Whole time of one OAuth request.", fallback = "10s") Duration oauthTimeout,
        @Setting(doc = "Time to connect, TLS included.", fallback = "10s")
                Duration upstreamConnectTimeout,
        @Setting(
                        doc =
                                "From the request's last byte to the response's head; never for an"
                                        + " event stream, never between body bytes.",
                        fallback = "5m")
                Duration upstreamResponseTimeout,
        @Setting(doc = "How long a CONNECT tunnel may carry nothing either way.", fallback = "1h")
                Duration tunnelIdle,
        @Setting(
                        doc =
                                "How long a client of an intercepted host may take for the TLS handshake.",
                        fallback = "10s")
                Duration handshake,
        @Setting(doc = "How long calls may go on after SIGTERM.", fallback = "10s")
                Duration drain) {}
