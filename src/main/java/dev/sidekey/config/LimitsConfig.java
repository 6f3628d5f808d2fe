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
 * @param drain how long calls may go on after SIGTERM
 */
public record LimitsConfig(
        long replayBody,
        int header,
        int metadata,
        Duration oauthTimeout,
        Duration upstreamConnectTimeout,
        Duration upstreamResponseTimeout,
        Duration drain) {}
